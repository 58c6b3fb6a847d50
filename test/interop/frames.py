"""Rows in the form in which the tests compare them, and the way there from Arrow and pandas.

A row is a JSON object. Integers and floats are numbers (NaN and the infinities their names as text), decimals text with
every digit of their scale, dates and timestamps ISO text with six digits (`Z` where the type has a zone), binary base64.
A map is a list of objects with `key` and `value`.
"""

import base64
import datetime
import decimal
import math

import numpy
import pandas
import pyarrow


def comparable(value):
    if value is None or value is pandas.NaT or value is pandas.NA:
        return None
    if isinstance(value, numpy.ndarray):
        # Of numbers with nulls pandas makes floats with NaN; the sample has no other NaN in an array.
        return [None if isinstance(each, float) and math.isnan(each) else comparable(each) for each in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, pandas.Timestamp):
        value = value.to_pydatetime()
    if isinstance(value, datetime.datetime):
        zone = "" if value.tzinfo is None else "Z"
        if zone:
            value = value.astimezone(datetime.timezone.utc)
        return value.strftime("%Y-%m-%dT%H:%M:%S.%f").rjust(26, "0") + zone
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: comparable(member) for name, member in value.items()}
    if isinstance(value, list):
        return [comparable(element) for element in value]
    # The entry of a map, which Polars gives as a dict with the same two names.
    if isinstance(value, tuple):
        return dict(zip(("key", "value"), map(comparable, value), strict=True))
    return value


def rows_of_arrow(table):
    return [{name: comparable(value) for name, value in row.items()} for row in table.to_pylist()]


def rows_of_pandas(frame):
    """pandas knows one kind of absence: NaN in a float column and null both become null."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{name: comparable(value) for name, value in row.items()} for row in rows]


def described(frame):
    """What the tests compare of a pandas frame."""
    return {"columns": list(frame.columns), "rows": rows_of_pandas(frame)}


def rows_or_failure(read, *arguments):
    """The rows of the Arrow table that a reader finds, or why it finds none."""
    return or_failure(lambda: rows_of_arrow(read(*arguments)))


def or_failure(find, *arguments, **options):
    """What is found, or why nothing is, as text."""
    try:
        return find(*arguments, **options)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def arrow_type(kind):
    """The Arrow type of a Delta type, as the log spells it."""
    if isinstance(kind, str):
        return arrow_primitive(kind)
    if kind["type"] == "struct":
        return pyarrow.struct([(field["name"], arrow_type(field["type"])) for field in kind["fields"]])
    if kind["type"] == "array":
        return pyarrow.list_(arrow_type(kind["elementType"]))
    return pyarrow.map_(arrow_type(kind["keyType"]), arrow_type(kind["valueType"]))


def arrow_primitive(name):
    if name.startswith("decimal"):
        precision, scale = name[len("decimal(") : -1].split(",")
        return pyarrow.decimal128(int(precision), int(scale))
    return {
        "string": pyarrow.string(),
        "long": pyarrow.int64(),
        "integer": pyarrow.int32(),
        "short": pyarrow.int16(),
        "byte": pyarrow.int8(),
        "float": pyarrow.float32(),
        "double": pyarrow.float64(),
        "boolean": pyarrow.bool_(),
        "binary": pyarrow.binary(),
        "date": pyarrow.date32(),
        "timestamp": pyarrow.timestamp("us", "UTC"),
        "timestamp_ntz": pyarrow.timestamp("us"),
    }[name]


def typed(value, kind):
    """A comparable value back in Python's own type for a Delta type, as the log spells it."""
    if value is None:
        return None
    if isinstance(kind, str):
        return typed_primitive(value, kind)
    if kind["type"] == "struct":
        return {field["name"]: typed(value[field["name"]], field["type"]) for field in kind["fields"]}
    if kind["type"] == "array":
        return [typed(element, kind["elementType"]) for element in value]
    return [(typed(entry["key"], kind["keyType"]), typed(entry["value"], kind["valueType"])) for entry in value]


def typed_primitive(value, name):
    if name.startswith("decimal"):
        return decimal.Decimal(value)
    if name in ("float", "double"):
        return float(value)
    if name == "binary":
        return base64.b64decode(value)
    if name == "date":
        return datetime.date.fromisoformat(value)
    if name.startswith("timestamp"):
        return datetime.datetime.fromisoformat(value)
    return value


def arrow_of_rows(rows, columns):
    """`columns`: pairs of name and Delta type."""
    return pyarrow.table(
        {
            name: pyarrow.array([typed(row[name], kind) for row in rows], arrow_type(kind))
            for name, kind in columns
        }
    )
