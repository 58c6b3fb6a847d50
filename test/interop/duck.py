"""DuckDB with its extension for Delta."""

from pathlib import Path

import duckdb
import duckdb_extension_delta


def duckdb_connection():
    # The file that the package brings is loaded itself: `install delta` would ask the network.
    extension = next(Path(duckdb_extension_delta.__file__).parent.glob("extensions/*/delta.duckdb_extension"))
    connection = duckdb.connect()
    connection.execute(f"load '{extension}'; set timezone = 'UTC'")
    return connection
