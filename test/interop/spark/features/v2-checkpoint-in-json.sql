set spark.databricks.delta.checkpointV2.topLevelFileFormat = json;
create table {table} (id long, name string) using delta
  tblproperties ('delta.checkpointPolicy' = 'v2', 'delta.checkpointInterval' = '2');
insert into {table} values (1, 'a');
insert into {table} values (2, 'b');
insert into {table} values (3, 'c');
