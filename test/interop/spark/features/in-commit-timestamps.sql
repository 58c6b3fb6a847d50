create table {table} (id long, name string) using delta tblproperties ('delta.enableInCommitTimestamps' = 'true');
insert into {table} values (1, 'a');
insert into {table} values (2, null);
