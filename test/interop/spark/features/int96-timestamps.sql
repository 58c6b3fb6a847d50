set spark.sql.parquet.outputTimestampType = INT96;
create table {table} (id long, moment timestamp) using delta;
insert into {table} values
  (1, timestamp'2026-01-02T03:04:05.123456Z'), (2, timestamp'1969-12-31T23:59:59.999999Z'), (3, null);
