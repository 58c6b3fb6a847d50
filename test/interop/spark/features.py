"""Tables that Spark makes with one feature each: the scripts in `features/`.

A script is SQL in which `{table}` stands for the table. What it sets, before all else, holds for it alone.
"""

import json
from pathlib import Path

from builder import BUILT, build
from frames import rows_of_arrow
from pyspark.sql import functions
from pyspark.sql.types import VariantType
from session import configured

SCRIPTS = Path(__file__).parent / "features"


def make(spark, given):
    """Makes the table; gives the rows of each version that has any to give, in the order of versions."""
    path, feature = given["path"], given["feature"]
    if feature in BUILT:
        build(spark, path, BUILT[feature])
    run(spark, (SCRIPTS / f"{feature}.sql").read_text().replace("{table}", f"delta.`{path}`"))
    newest = spark.sql(f"describe history delta.`{path}` limit 1").collect()[0]["version"]
    return [rows_at(spark, path, version) for version in range(newest + 1)]


def run(spark, script):
    lines = [line for line in script.splitlines() if not line.startswith("--")]
    statements = [statement for statement in "\n".join(lines).split(";") if statement.strip()]
    settings = [statement.split(maxsplit=1)[1] for statement in statements if statement.split()[0] == "set"]
    with configured(spark, dict(map(str.strip, setting.split("=", 1)) for setting in settings)):
        for statement in statements[len(settings) :]:
            spark.sql(statement)


def rows_at(spark, path, version):
    frame = spark.read.format("delta").option("versionAsOf", version).load(path)
    # Arrow has no type for a variant: it travels as JSON.
    variants = {field.name for field in frame.schema.fields if isinstance(field.dataType, VariantType)}
    shown = [functions.to_json(name).alias(name) if name in variants else frame[name] for name in frame.columns]
    rows = rows_of_arrow(frame.select(*shown).toArrow())
    for row in rows:
        row.update({name: json.loads(row[name]) for name in variants if row[name] is not None})
    return rows


def carry_on(spark, given):
    """Runs a script on a table that is there; gives its rows then."""
    path = given["path"]
    run(spark, given["script"].replace("{table}", f"delta.`{path}`"))
    return rows_of_arrow(spark.read.format("delta").load(path).toArrow())


CALLS = {"make-feature": make, "run-script": carry_on}
