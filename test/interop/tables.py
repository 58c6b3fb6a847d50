"""Delta tables as other implementations read and write them."""

import deltalake
import polars
from duck import duckdb_connection
from frames import arrow_of_rows, rows_or_failure

READERS = {
    "delta-rs": lambda path, storage: deltalake.DeltaTable(path, storage_options=storage).to_pyarrow_table(),
    "Polars": lambda path, storage: polars.read_delta(path, storage_options=storage).to_arrow(),
    "DuckDB": lambda path, _: duckdb_connection().execute("from delta_scan(?)", [path]).to_arrow_table(),
}
# Its credentials for S3 belong to an extension that no package brings.
DIRECTORIES_ONLY = {"DuckDB"}


def read(given):
    """The rows that each reader finds, or why it finds none."""
    path, storage = given["path"], given["storage"]
    return {
        name: rows_or_failure(reader, path, storage)
        for name, reader in READERS.items()
        if not storage or name not in DIRECTORIES_ONLY
    }


def write(given):
    """Creates a table with delta-rs, or appends to one."""
    deltalake.write_deltalake(
        given["path"],
        arrow_of_rows(given["rows"], given["columns"]),
        mode=given["mode"],
        partition_by=given["partitionBy"] or None,
        storage_options=given["storage"],
    )
    return describe(given)


def describe(given):
    table = deltalake.DeltaTable(given["path"], storage_options=given["storage"])
    protocol = table.protocol()
    return {
        "version": table.version(),
        "readerVersion": protocol.min_reader_version,
        "writerVersion": protocol.min_writer_version,
        "partitionColumns": table.metadata().partition_columns,
        "operations": [commit["operation"] for commit in table.history()],
    }


def filtered(given):
    """The ids that are left after each filter, which DuckDB may answer from our statistics by skipping whole files."""
    connection = duckdb_connection()
    return {where: ids_where(connection, where, given["path"]) for where in given["filters"]}


def ids_where(connection, where, path):
    rows = connection.execute(f"select id from delta_scan(?) where {where} order by id", [path]).fetchall()
    return [row[0] for row in rows]


CALLS = {"read": read, "write": write, "describe": describe, "filtered": filtered}
