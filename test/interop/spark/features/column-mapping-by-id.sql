create table {table} (id long, `old name` string, country string) using delta partitioned by (country)
  tblproperties ('delta.columnMapping.mode' = 'id');
insert into {table} values (1, 'a', 'DE'), (2, null, null);
alter table {table} rename column `old name` to `new name`;
alter table {table} rename column country to land;
insert into {table} values (3, 'c', 'A T');
