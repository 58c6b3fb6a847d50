create table {table} (id long, name string default 'unknown') using delta
  tblproperties ('delta.feature.allowColumnDefaults' = 'supported');
insert into {table} (id) values (1);
insert into {table} values (2, default), (3, 'c');
