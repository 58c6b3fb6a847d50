create table {table} (id long, name string) using delta cluster by (id);
insert into {table} values (1, 'a'), (2, null);
