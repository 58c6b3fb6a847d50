-- The table is there already: builder.py.
insert into {table} (name) values ('a'), ('b');
insert into {table} (name) values ('c');
