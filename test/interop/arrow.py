"""Arrow tables of ours as pyarrow finds them: schemas, and rows equal to those expected."""

import base64

import pyarrow
import pyarrow.ipc
from frames import rows_of_arrow


def read(given):
    """Schema and rows of each IPC stream, given as base64."""
    answers = {}
    for name, stream in given["streams"].items():
        table = pyarrow.ipc.open_stream(base64.b64decode(stream)).read_all()
        table.validate(full=True)
        fields = [f"{field.name}: {field.type}{'' if field.nullable else ' not null'}" for field in table.schema]
        answers[name] = {"fields": fields, "rows": rows_of_arrow(table)}
    return answers


CALLS = {"read": read}
