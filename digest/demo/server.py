"""The sample web on loopback.

`python -m digest.demo.server` serves it until it is interrupted, so that the links of a demo's
pages lead somewhere and its project can go on fetching.
"""

from __future__ import annotations

import argparse
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from digest.demo.web import ENDS, respond, unchanged

HOST = "127.0.0.1"
PORT = 8642
_MOST = 1_000_000


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    at: datetime


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SampleWeb/1"
    wbufsize = -1  # head and body in one packet: two of them wait for each other's receipt
    server: _Server

    def do_GET(self) -> None:
        """Answer with what stood at the address at the server's moment."""
        self._answer(b"")

    def do_HEAD(self) -> None:
        """As GET, without the body."""
        self._answer(b"")

    def do_POST(self) -> None:
        """Hand the body to whoever answers at the address."""
        length = int(self.headers.get("Content-Length") or 0)
        self._answer(self.rfile.read(min(length, _MOST)))

    def _answer(self, body: bytes) -> None:
        url = urlsplit(self.path)
        base = f"http://{HOST}:{self.server.server_address[1]}"
        answer = respond(unquote(url.path), dict(parse_qsl(url.query)), body, self.server.at, base)
        asked = {name.lower(): value for name, value in self.headers.items()}
        same = self.command != "POST" and unchanged(asked, answer)
        self.send_response(304 if same else answer.status)
        for name, value in answer.headers.items():
            if not (same and name.startswith("Content-")):
                self.send_header(name, value)
        self.end_headers()
        if not same and self.command != "HEAD":
            self.wfile.write(answer.body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date of every answer: the moment that is shown, not the clock's."""
        at = self.server.at if timestamp is None else datetime.fromtimestamp(timestamp, UTC)
        return format_datetime(at.astimezone(UTC), usegmt=True)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing: the demo's own lines are the ones to read."""


class SampleWeb:
    """A running server. `url` is where it is; `move` takes it to another moment."""

    def __init__(self, server: _Server) -> None:
        self._server = server

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """How its addresses begin, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    def move(self, at: datetime) -> None:
        """Show the web as it stood at another moment from now on."""
        self._server.at = at


@contextmanager
def serve(at: datetime, port: int = 0) -> Iterator[SampleWeb]:
    """Serve the sample web on 127.0.0.1 in a thread until the block is left.

    Args:
        at: The moment to show.
        port: The port to listen on; 0 for any free one.

    Raises:
        OSError: the port is taken.
    """
    server = _Server((HOST, port), _Handler)
    server.at = at
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield SampleWeb(server)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main(argv: Sequence[str] | None = None) -> None:
    """Serve the sample web in the foreground."""
    parser = argparse.ArgumentParser(
        prog="python -m digest.demo.server", description="Serve digest's sample web on loopback."
    )
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--at", default=ENDS.isoformat(), help="the moment to show, ISO 8601")
    options = parser.parse_args(argv)
    at = datetime.fromisoformat(options.at)
    with serve(at if at.tzinfo else at.replace(tzinfo=UTC), options.port) as web:
        print(f"the sample web: {web.url}/ as of {options.at}; Ctrl-C ends it", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("ended")


if __name__ == "__main__":
    main()
