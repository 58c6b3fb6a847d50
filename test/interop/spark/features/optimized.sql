create table {table} (id long, name string) using delta;
insert into {table} values (1, 'a');
insert into {table} values (2, 'b');
insert into {table} values (3, 'c');
optimize {table} zorder by (id);
restore table {table} to version as of 2;
