"""Spark behind HTTP, so that every test process asks the one session.

Prints its port; the first call starts the session. `POST /<call>` takes the input as JSON and answers with JSON, or with
status 500 and the reason as text. One call at a time. Ends when its standard input does.
"""

import json
import sys
import tempfile
import threading
import traceback
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import features
import files
import tables
from session import start_session

CALLS = {**files.CALLS, **tables.CALLS, **features.CALLS}


class Calls(BaseHTTPRequestHandler):
    def do_POST(self):
        given = json.loads(self.rfile.read(int(self.headers["content-length"])))
        try:
            found = CALLS[self.path[1:]](start_session(self.server.home), given)
            self.answer(200, json.dumps(found, ensure_ascii=False, allow_nan=False))
        except Exception:
            self.answer(500, traceback.format_exc())

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def end_with_input():
    sys.stdin.read()
    # The Java process ends when this one does.
    server.shutdown()


with (
    tempfile.TemporaryDirectory(prefix="deltaquill-spark-", ignore_cleanup_errors=True) as home,
    HTTPServer(("127.0.0.1", 0), Calls) as server,
):
    server.home = Path(home)
    threading.Thread(target=end_with_input, daemon=True).start()
    print(server.server_port, flush=True)
    server.serve_forever()
