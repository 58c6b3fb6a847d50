create table {table} (id long, name string) using delta
  tblproperties ('delta.feature.vacuumProtocolCheck' = 'supported');
insert into {table} values (1, 'a'), (2, null);
