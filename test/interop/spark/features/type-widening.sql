create table {table} (id long, small byte, whole int, single float, day date, price decimal(6, 2)) using delta
  tblproperties ('delta.enableTypeWidening' = 'true', 'delta.feature.timestampNtz' = 'supported');
insert into {table} values (1, 127, 2147483647, 0.5, date'1969-12-31', 1234.56);
alter table {table} alter column small type int;
alter table {table} alter column whole type long;
alter table {table} alter column single type double;
alter table {table} alter column day type timestamp_ntz;
alter table {table} alter column price type decimal(12, 4);
insert into {table} values (2, 2147483647, 9223372036854775807, 0.1, timestamp_ntz'2026-01-02 03:04:05.123456', 12345678.1234);
