"""A table's changes as the official Delta Sharing client for Python sees them, and as delta-rs does."""

import contextlib
import sys

import delta_sharing
import deltalake
import pyarrow
from frames import rows_of_pandas, serve


def load(given):
    ends = {key: given[key] for key in ("starting_version", "ending_version") if key in given}
    url = f"{given['profile']}#{given['table']}"
    # The client tells of its work on standard output.
    with contextlib.redirect_stdout(sys.stderr):
        frame = delta_sharing.load_table_changes_as_pandas(url, use_delta_format=given["delta"], **ends)
    return {"columns": list(frame.columns), "rows": rows_of_pandas(frame)}


def load_cdf(given):
    table = deltalake.DeltaTable(given["location"])
    frame = pyarrow.table(table.load_cdf(starting_version=given["from"]).read_all()).to_pandas()
    return {"columns": list(frame.columns), "rows": rows_of_pandas(frame)}


serve({"load": load, "load_cdf": load_cdf})
