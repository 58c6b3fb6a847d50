create table {table} (id long, name string) using delta;
alter table {table} add constraint positive check (id > 0);
insert into {table} values (1, 'a'), (2, null);
