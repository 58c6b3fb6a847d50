"""Shares as the official Delta Sharing client for Python sees them."""

from frames import described, or_failure
from sharing_client import delta_sharing


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


def load(profile, table, **options):
    return described(delta_sharing.load_as_pandas(f"{profile}#{table}", **options))


def load_each(given):
    """Each reading: the columns and rows of a table by some options of the client's, or why there are none."""
    return [or_failure(load, given["profile"], **wanted) for wanted in given["readings"]]


def version(given):
    return delta_sharing.get_table_version(f"{given['profile']}#{given['table']}")


def refusal(given):
    """The HTTP status with which the server refuses to list, or null."""
    try:
        listing(given)
    except Exception as error:
        return error.response.status_code
    return None


CALLS = {"listing": listing, "load_each": load_each, "version": version, "refusal": refusal}
