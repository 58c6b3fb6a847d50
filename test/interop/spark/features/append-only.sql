create table {table} (id long, name string) using delta tblproperties ('delta.appendOnly' = 'true');
insert into {table} values (1, 'a'), (2, null);
