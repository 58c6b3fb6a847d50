"""One table opened by a peer, in a process of its own: prints what the whole process took as JSON. Or a checkpoint written."""

import json
import resource
import sys
import time
from pathlib import Path

reader, path = sys.argv[1:3]


def delta_rs():
    from deltalake import DeltaTable

    return DeltaTable(path)


def duckdb():
    import duckdb
    import duckdb_extension_delta

    # The file that the package brings is loaded itself: `load delta` would ask the network for it.
    extension = next(Path(duckdb_extension_delta.__file__).parent.glob("extensions/*/delta.duckdb_extension"))
    connection = duckdb.connect(config={"threads": "1"})
    connection.sql(f"LOAD '{extension}'")
    # Binding reads the log; no data file is there to be read.
    connection.sql(f"DESCRIBE SELECT * FROM delta_scan('{path}')").fetchall()
    return connection


def checkpoint():
    delta_rs().create_checkpoint()


start = time.perf_counter()
opened = {"delta-rs": delta_rs, "duckdb": duckdb, "checkpoint": checkpoint}[reader]()
ms = (time.perf_counter() - start) * 1000
usage = resource.getrusage(resource.RUSAGE_SELF)
cpu = (usage.ru_utime + usage.ru_stime) * 1000
print(json.dumps({"ms": ms, "cpuMs": cpu, "peakMb": usage.ru_maxrss * 1024 / 1e6}))
