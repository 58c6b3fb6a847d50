create table {table} (id long, name string) using delta tblproperties ('delta.enableDeletionVectors' = 'true');
insert into {table} select /*+ coalesce(1) */ id, concat('name ', id) from range(100);
update {table} set name = 'changed' where id % 9 = 0;
