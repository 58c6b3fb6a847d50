create table {table} (id long, name string) using delta tblproperties ('delta.enableDeletionVectors' = 'true');
insert into {table} select /*+ coalesce(1) */ id, concat('name ', id) from range(100);
delete from {table} where id % 7 = 0;
delete from {table} where id between 50 and 60;
