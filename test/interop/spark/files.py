"""Single Parquet files as Spark reads them: parquet-java, and Spark's own vectorised decoder on top of it."""

from frames import rows_or_failure
from session import configured

VECTORISED = {
    "spark.sql.parquet.enableVectorizedReader": "true",
    "spark.sql.parquet.enableNestedColumnVectorizedReader": "true",
}
ROW_BY_ROW = {"spark.sql.parquet.enableVectorizedReader": "false"}
READERS = {"Spark": VECTORISED, "Spark row by row": ROW_BY_ROW}

# Each lets one kind of our metadata, and no other, decide what of a file is read.
SKIPPING = {
    "statistics": "parquet.filter.stats.enabled",
    "dictionaries": "parquet.filter.dictionary.enabled",
    "the page index": "parquet.filter.columnindex.enabled",
    "Bloom filters": "parquet.filter.bloom.enabled",
}


def read(spark, given):
    """The rows that each reader finds in each file, or why it finds none."""
    return {
        path: {name: read_with(spark, settings, path) for name, settings in READERS.items()}
        for path in given["paths"]
    }


def read_with(spark, settings, path):
    with configured(spark, settings):
        return rows_or_failure(lambda: spark.read.parquet(path).toArrow())


def counts(spark, given):
    """How many rows each filter leaves: without skipping, and by each kind of metadata that skips."""
    every = dict.fromkeys(SKIPPING.values(), "true")
    nothing = dict.fromkeys(SKIPPING.values(), "false")
    ways = {
        "without skipping": (ROW_BY_ROW, nothing),
        "row by row": (ROW_BY_ROW, every),
        **{f"by {kind}": (VECTORISED, {**nothing, option: "true"}) for kind, option in SKIPPING.items()},
    }
    return {way: count_each(spark, given["path"], given["filters"], *settings) for way, settings in ways.items()}


def count_each(spark, path, filters, settings, options):
    """In one statement, with a scan for each filter."""
    with configured(spark, settings):
        spark.read.options(**options).parquet(path).createOrReplaceTempView("file")
        counted = [f"select {i} as i, count(*) as rows from file where {where}" for i, where in enumerate(filters)]
        return {filters[row["i"]]: row["rows"] for row in spark.sql(" union all ".join(counted)).collect()}


def footer(spark, given):
    """What parquet-java accepts of a file's metadata, for each leaf column: true where every row group has it."""
    hadoop = spark._jvm.org.apache.hadoop
    parquet = spark._jvm.org.apache.parquet.hadoop
    path = hadoop.fs.Path(given["path"])
    reader = parquet.ParquetFileReader.open(
        parquet.util.HadoopInputFile.fromPath(path, spark._jsc.hadoopConfiguration())
    )
    try:
        groups = [list(group.getColumns()) for group in reader.getFooter().getBlocks()]
        return {
            "createdBy": reader.getFooter().getFileMetaData().getCreatedBy(),
            "rowGroups": len(groups),
            "leaves": {
                chunks[0].getPath().toDotString(): {
                    "statistics": all(accepted(chunk.getStatistics()) for chunk in chunks),
                    "columnIndex": all(reader.readColumnIndex(chunk) is not None for chunk in chunks),
                    "offsetIndex": all(reader.readOffsetIndex(chunk) is not None for chunk in chunks),
                    "bloomFilter": all(reader.readBloomFilter(chunk) is not None for chunk in chunks),
                }
                for chunks in zip(*groups, strict=True)
            },
        }
    finally:
        reader.close()


def accepted(statistics):
    """Statistics that parquet-java distrusts, because of `created_by` or of their order, it empties."""
    return statistics.isNumNullsSet() and statistics.hasNonNullValue()


CALLS = {"read-files": read, "count-in-file": counts, "footer": footer}
