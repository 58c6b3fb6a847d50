create table {table} (id long, name string) using delta tblproperties ('delta.enableDeletionVectors' = 'true');
insert into {table} select /*+ coalesce(1) */ id, concat('name ', id) from range(100);
merge into {table} as old using (select id, 'merged' as name from range(90, 110)) as new on old.id = new.id
  when matched and new.id % 2 = 0 then delete
  when matched then update set *
  when not matched then insert *;
