"""Answers the calls of `python.ts` until its input ends: a line of JSON in, `found` or `failed` and a line of JSON out.

A call names a script beside this one and one of the script's `CALLS`. One process answers all calls of a test file, because
the peers take longer to import than most of them need to answer.
"""

import importlib
import json
import os
import sys
import traceback

# Peers tell of their work on standard output: the answers go where that led, and what the peers say to standard error.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def answer(call):
    try:
        found = importlib.import_module(call["script"]).CALLS[call["name"]](call["input"])
        return f"found {json.dumps(found, allow_nan=False)}"
    except Exception:
        return f"failed {json.dumps(traceback.format_exc())}"


for line in sys.stdin.buffer:
    print(answer(json.loads(line)), file=answers, flush=True)
# Without the interpreter's tidying up: some peers leave threads behind that abort it ("terminate called without an active
# exception").
os._exit(0)
