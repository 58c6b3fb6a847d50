-- Lists and maps of two levels, decimals in bytes.
set spark.sql.parquet.writeLegacyFormat = true;
create table {table} (id long, tags array<string>, attributes map<string, int>, price decimal(9, 2), lines array<struct<sku: string>>) using delta;
insert into {table} values
  (1, array('a', null), map('x', 1, 'y', null), 1.25, array(named_struct('sku', 'A'), null)),
  (2, array(), map(), -1.25, array()), (3, null, null, null, null);
