"""A table's changes as the official Delta Sharing client for Python sees them, and as delta-rs does."""

import deltalake
import pyarrow
from frames import described, or_failure
from sharing_client import delta_sharing


def load_each(given):
    """The changes of each range of a table, or why there are none."""
    return [or_failure(load, given["profile"], **wanted) for wanted in given["ranges"]]


def load(profile, table, **options):
    return described(delta_sharing.load_table_changes_as_pandas(f"{profile}#{table}", **options))


def load_cdf(given):
    table = deltalake.DeltaTable(given["location"])
    return described(pyarrow.table(table.load_cdf(starting_version=given["from"]).read_all()).to_pandas())


CALLS = {"load_each": load_each, "load_cdf": load_cdf}
