set spark.databricks.delta.checkpoint.partSize = 2;
create table {table} (id long, name string) using delta tblproperties ('delta.checkpointInterval' = '4');
insert into {table} values (1, 'a');
insert into {table} values (2, 'b');
insert into {table} values (3, 'c');
insert into {table} values (4, 'd');
delete from {table} where id = 2;
