"""Delta tables as Spark reads and writes them."""

from files import READERS
from frames import arrow_of_rows, rows_of_arrow, rows_or_failure
from session import configured


def read(spark, given):
    """The rows that each reader finds, at a version if one is given, or why it finds none."""
    return {name: read_with(spark, settings, given) for name, settings in READERS.items()}


def read_with(spark, settings, given):
    options = {"versionAsOf": given["version"]} if "version" in given else {}
    with configured(spark, settings):
        return rows_or_failure(lambda: spark.read.format("delta").options(**options).load(given["path"]).toArrow())


def write(spark, given):
    """Creates a table, or appends to one."""
    frame = spark.createDataFrame(arrow_of_rows(given["rows"], given["columns"]))
    frame.write.format("delta").mode(given["mode"]).partitionBy(*given["partitionBy"]).save(given["path"])
    return describe(spark, given)


def describe(spark, given):
    table = f"delta.`{given['path']}`"
    [detail] = spark.sql(f"describe detail {table}").collect()
    history = spark.sql(f"describe history {table}").collect()
    return {
        "version": history[0]["version"],
        "readerVersion": detail["minReaderVersion"],
        "writerVersion": detail["minWriterVersion"],
        "partitionColumns": detail["partitionColumns"],
        "files": detail["numFiles"],
        "bytes": detail["sizeInBytes"],
        "operations": [commit["operation"] for commit in history],
    }


def filtered(spark, given):
    """The ids that are left after each filter, and how many files Spark opened for them."""
    return {where: found_where(spark, where, given["path"]) for where in given["filters"]}


def found_where(spark, where, path):
    frame = spark.read.format("delta").load(path).where(where).select("id")
    # The same execution as the rows came from, whose scan counts the files that were left.
    execution = frame._jdf.queryExecution()
    ids = [row["id"] for row in sorted(frame.collect())]
    scans = execution.executedPlan().collectLeaves()
    files = sum(
        scan.metrics().get("numFiles").get().value()
        for scan in (scans.apply(i) for i in range(scans.size()))
        if scan.metrics().contains("numFiles")
    )
    return {"ids": ids, "files": files}


def summary(spark, given):
    """Count, minima and maxima, which Spark answers from our statistics alone where they are told to be exact."""
    names = given["columns"]
    bounds = ", ".join(f"min({name}) as min_{name}, max({name}) as max_{name}" for name in names)
    frame = spark.sql(f"select count(*) as rows, {bounds} from delta.`{given['path']}`")
    plan = frame._jdf.queryExecution().executedPlan().toString()
    return {"found": rows_of_arrow(frame.toArrow())[0], "fromStatistics": "LocalTableScan" in plan}


def judged(spark, given):
    """By each rule for casts: what every condition says of each row, in the order of ids."""
    return {ansi: judged_by(spark, ansi, given) for ansi in ["true", "false"]}


def judged_by(spark, ansi, given):
    conditions = given["conditions"]
    with configured(spark, {"spark.sql.ansi.enabled": ansi, "spark.sql.session.timeZone": "America/New_York"}):
        frame = spark.read.format("delta").load(given["path"]).orderBy("id")
        rows = frame.selectExpr(*[f"({condition}) as c{i}" for i, condition in enumerate(conditions)]).collect()
    return {condition: [row[i] for row in rows] for i, condition in enumerate(conditions)}


CALLS = {
    "read-table": read,
    "write-table": write,
    "describe-table": describe,
    "filter-table": filtered,
    "judge-rows": judged,
    "summary": summary,
}
