create table {table} (id long, `old name` string, gone int, place struct<city: string, `zip code`: int>) using delta
  tblproperties ('delta.columnMapping.mode' = 'name');
insert into {table} values (1, 'a', 7, named_struct('city', 'Köln', 'zip code', 50667)), (2, null, 8, null);
alter table {table} rename column `old name` to `new name`;
alter table {table} rename column place.`zip code` to postcode;
alter table {table} drop column gone;
insert into {table} values (3, 'c', named_struct('city', null, 'postcode', 1));
alter table {table} add column (gone string);
insert into {table} values (4, 'd', null, 'back');
