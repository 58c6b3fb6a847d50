"""One run of delta-rs: rows as a list of dicts -> pyarrow -> a committed table. Prints the milliseconds."""

import json
import os
import sys
import time
from datetime import datetime

import pyarrow as pa
from deltalake import write_deltalake

SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), False),
        pa.field("url", pa.string(), False),
        pa.field("title", pa.string(), False),
        pa.field("category", pa.string(), False),
        pa.field("brand", pa.string(), False),
        pa.field("price", pa.float64(), False),
        pa.field("currency", pa.string(), False),
        pa.field("inStock", pa.bool_(), False),
        pa.field("rating", pa.float64()),
        pa.field("reviewCount", pa.int32(), False),
        pa.field("scrapedAt", pa.timestamp("us", tz="UTC"), False),
        pa.field("description", pa.string()),
    ]
)


def load(path):
    with open(path, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for row in rows:
        row["scrapedAt"] = datetime.fromisoformat(row["scrapedAt"].replace("Z", "+00:00"))
    return rows


location, rows = sys.argv[1], load(sys.argv[2])
options = {"AWS_ENDPOINT_URL": os.environ["AWS_ENDPOINT_URL"]} if location.startswith("s3://") else None
start = time.perf_counter()
write_deltalake(location, pa.Table.from_pylist(rows, SCHEMA), storage_options=options)
print((time.perf_counter() - start) * 1000)
