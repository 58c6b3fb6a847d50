create table {table} (id long, name string) using delta tblproperties ('delta.enableRowTracking' = 'true');
insert into {table} values (1, 'a'), (2, 'b');
update {table} set name = 'changed' where id = 2;
