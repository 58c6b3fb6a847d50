create table {table} (id long not null, name string not null) using delta;
insert into {table} values (1, 'a'), (2, '');
