-- The feature stands in the protocol, and no file has lost a row yet.
create table {table} (id long, name string) using delta tblproperties ('delta.enableDeletionVectors' = 'true');
insert into {table} values (1, 'a'), (2, null);
