create table {table} (id long, name string) using delta
  tblproperties ('delta.enableDeletionVectors' = 'true', 'delta.checkpointInterval' = '2');
insert into {table} select /*+ coalesce(1) */ id, concat('name ', id) from range(100);
delete from {table} where id % 7 = 0;
insert into {table} values (1000, 'later');
