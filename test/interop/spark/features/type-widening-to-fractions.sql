create table {table} (id long, whole int, counted int) using delta tblproperties ('delta.enableTypeWidening' = 'true');
insert into {table} values (1, 2147483647, -5), (2, null, null);
alter table {table} alter column whole type double;
alter table {table} alter column counted type decimal(12, 2);
insert into {table} values (3, 0.5, 1.25);
