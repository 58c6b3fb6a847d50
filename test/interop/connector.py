"""The share of a connector, as its recipient finds it, and its tables where they lie."""

import sys
from contextlib import redirect_stdout

import deltalake
from frames import described
from sharing_client import delta_sharing


def load(given):
    """Every table that the recipient sees, by its name: columns, the types that pandas gave them, and rows."""
    profile = given["profile"]
    tables = delta_sharing.SharingClient(profile).list_all_tables()
    return {table.name: frame_of(profile, table, given["use_delta_format"]) for table in tables}


def frame_of(profile, table, use_delta_format):
    path = f"{profile}#{table.share}.{table.schema}.{table.name}"
    frame = delta_sharing.load_as_pandas(path, use_delta_format=use_delta_format)
    return {**described(frame), "types": [str(kind) for kind in frame.dtypes]}


def inspect(given):
    """What delta-rs says of each table, given where each lies by its name: what it asks of readers, and its columns."""
    return {name: description(path, given["storage"]) for name, path in given["paths"].items()}


def description(path, storage):
    table = deltalake.DeltaTable(path, storage_options=storage)
    protocol = table.protocol()
    return {
        "readerVersion": protocol.min_reader_version,
        "features": protocol.reader_features or [],
        "columns": [[field.name, str(field.type)] for field in table.to_pyarrow_table().schema],
        "required": [field.name for field in table.schema().fields if not field.nullable],
    }


def run(given):
    """What an expression gives after a snippet of the document for recipients."""
    scope = {}
    with redirect_stdout(sys.stderr):
        exec(given["code"], scope)
        return eval(given["then"], scope)


CALLS = {"load": load, "inspect": inspect, "run": run}
