create table {table} (id long, day date, price decimal(9, 2), country string) using delta partitioned by (country)
  tblproperties ('delta.checkpoint.writeStatsAsStruct' = 'true', 'delta.checkpoint.writeStatsAsJson' = 'false',
    'delta.checkpointInterval' = '2');
insert into {table} values (1, date'2026-01-02', 1.5, 'DE'), (2, null, null, null);
insert into {table} values (3, date'1969-12-31', -2.25, 'A/T');
insert into {table} values (4, null, 9999999.99, 'DE');
