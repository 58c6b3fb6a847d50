"""What delta-rs and DuckDB see of the versions of a table: its files, and the ids of its rows."""

from urllib.parse import unquote

import deltalake
import pyarrow
from duck import duckdb_connection


def see(given):
    connection = duckdb_connection()
    return [
        {"delta-rs": seen_by_delta_rs(given["path"], version), "DuckDB": seen_by_duckdb(connection, given["path"], version)}
        for version in given["versions"]
    ]


def seen_by_delta_rs(path, version):
    table = deltalake.DeltaTable(path, version=version)
    rows = deltalake.QueryBuilder().register("seen", table).execute("select id from seen order by id").read_all()
    prefix = f"{path}/"
    files = sorted(uri.removeprefix(prefix) for uri in table.file_uris())
    return {"files": files, "ids": pyarrow.table(rows)["id"].to_pylist()}


def seen_by_duckdb(connection, path, version):
    rows = connection.execute("select id from delta_scan(?, version = ?) order by id", [path, version]).fetchall()
    return {"ids": [row[0] for row in rows]}


CALLS = {"see": see}
