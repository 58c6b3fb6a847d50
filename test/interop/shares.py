"""Shares as the official Delta Sharing client for Python sees them."""

import delta_sharing
from delta_sharing.rest_client import DataSharingRestClient
from frames import rows_of_pandas, serve


def listing(given):
    client = delta_sharing.SharingClient(given["profile"])
    shares = client.list_shares()
    schemas = [schema for share in shares for schema in client.list_schemas(share)]
    return {
        "shares": [share.name for share in shares],
        "schemas": [f"{schema.share}.{schema.name}" for schema in schemas],
        "tables": [table_name(table) for schema in schemas for table in client.list_tables(schema)],
        "allTables": [table_name(table) for table in client.list_all_tables()],
    }


def table_name(table):
    return f"{table.share}.{table.schema}.{table.name}"


def load(given):
    options = {key: given[key] for key in ("limit", "version", "jsonPredicateHints") if key in given}
    frame = delta_sharing.load_as_pandas(f"{given['profile']}#{given['table']}", **options)
    return {"columns": list(frame.columns), "rows": rows_of_pandas(frame)}


def load_each(given):
    """The rows of each table in one of the two formats, or why there are none."""
    # Without the minutes for which it asks again after an error of the server.
    DataSharingRestClient.__init__.__defaults__ = (0,)
    return {table: rows_or_failure(given, table) for table in given["tables"]}


def rows_or_failure(given, table):
    try:
        url = f"{given['profile']}#{table}"
        return rows_of_pandas(delta_sharing.load_as_pandas(url, use_delta_format=given["format"] == "delta"))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def version(given):
    return delta_sharing.get_table_version(f"{given['profile']}#{given['table']}")


def refusal(given):
    """The HTTP status with which the server refuses to list, or null."""
    try:
        listing(given)
    except Exception as error:
        return error.response.status_code
    return None


serve({"listing": listing, "load": load, "loadEach": load_each, "version": version, "refusal": refusal})
