-- What dropping a feature without truncating the history leaves behind.
create table {table} (id long, name string) using delta tblproperties ('delta.enableDeletionVectors' = 'true');
insert into {table} values (1, 'a'), (2, null);
alter table {table} drop feature deletionVectors;
