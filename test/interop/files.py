"""Single Parquet files as other implementations read them."""

import duckdb
import polars
import pyarrow.parquet
from frames import rows_or_failure


def duckdb_table(path):
    connection = duckdb.connect()
    return connection.execute("set timezone = 'UTC'; from read_parquet(?)", [path]).to_arrow_table()


READERS = {
    "pyarrow": pyarrow.parquet.read_table,
    "Polars": lambda path: polars.read_parquet(path).to_arrow(),
    "DuckDB": duckdb_table,
}


def read(given):
    """The rows that each reader finds in each file, or why it finds none."""
    return {
        path: {name: rows_or_failure(reader, path) for name, reader in READERS.items()} for path in given["paths"]
    }


CALLS = {"read": read}
