create table {table} (id long, name string) using delta tblproperties ('delta.enableChangeDataFeed' = 'true');
insert into {table} values (1, 'a'), (2, 'b'), (3, 'c');
update {table} set name = 'changed' where id = 2;
delete from {table} where id = 3;
