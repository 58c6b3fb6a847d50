create table {table} (id long, value variant) using delta;
insert into {table} select 1, parse_json('{"a": [1, 2.5e0, null], "b": {"c": "text"}}');
insert into {table} select 2, cast(null as variant);
