-- Its first file has the logical names.
create table {table} (id long, name string) using delta;
insert into {table} values (1, 'a');
alter table {table} set tblproperties
  ('delta.columnMapping.mode' = 'name', 'delta.minReaderVersion' = '2', 'delta.minWriterVersion' = '5');
alter table {table} rename column name to title;
insert into {table} values (2, 'b');
