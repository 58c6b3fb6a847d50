-- The table is there already: builder.py.
insert into {table} (id, moment) values (1, timestamp'2026-01-02T03:04:05Z'), (2, null);
