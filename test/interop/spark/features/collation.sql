set spark.databricks.delta.schema.typeCheck.enabled = false;
create table {table} (id long, name string collate unicode_ci) using delta;
insert into {table} values (1, 'a'), (2, 'Ä');
