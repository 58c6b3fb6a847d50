create table {table} (id long, name string) using delta;
insert into {table} values (1, 'a');
alter table {table} set tblproperties ('delta.enableInCommitTimestamps' = 'true');
insert into {table} values (2, null);
