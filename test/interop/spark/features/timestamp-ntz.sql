create table {table} (id long, local timestamp_ntz, part timestamp_ntz) using delta partitioned by (part);
insert into {table} values
  (1, timestamp_ntz'2026-01-02 03:04:05.123456', timestamp_ntz'2026-01-02 00:00:00.5'), (2, null, null);
