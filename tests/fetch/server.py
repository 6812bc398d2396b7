"""A web server on loopback that does what a test tells it to, and misbehaves as real ones do."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """A request that came: `at` is monotonic, in seconds."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float


@dataclass(frozen=True)
class Reply:
    """What to answer."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/rss+xml"


Route = Reply | Callable[[Asked], Reply]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # so many may knock at once; with five, others wait for a second


class Web:
    """The server: `routes` by path (without the query); everything else is 404 or a fault."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.log: list[Asked] = []
        self.closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def place(self) -> str:
        """`host:port`."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"http://{self.place}{path}"

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.path for asked in self.log]

    def close(self) -> None:
        """Stop, and let those who hang go."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(web: Web) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(
                self.command,
                self.path,
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(length),
                time.monotonic(),
            )
            web.log.append(asked)
            path = self.path.partition("?")[0]
            try:
                if path.startswith("/fault/"):
                    _FAULTS[path.removeprefix("/fault/")](self, web)
                    return
                route = web.routes.get(path, Reply(b"<h1>Not here</h1>", 404, {}, "text/html"))
                self.reply(route if isinstance(route, Reply) else route(asked))
            except (BrokenPipeError, ConnectionResetError):
                pass

        def do_POST(self) -> None:
            self.do_GET()

        def reply(self, reply: Reply) -> None:
            self.send_response(reply.status)
            headers = {
                "Content-Type": reply.media_type,
                "Content-Length": str(len(reply.body)),
                **reply.headers,
            }
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def raw(self, head: str, *parts: bytes) -> None:
            self.close_connection = True
            self.wfile.write(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode())
            for part in parts:
                self.wfile.write(part)

    return Handler


def _hang(_handler: Any, web: Web) -> None:
    web.closing.wait(30)


def _drip(handler: Any, web: Web) -> None:
    handler.raw("Content-Type: text/xml\r\nConnection: close")
    while not web.closing.wait(0.05):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def _big(handler: Any, web: Web) -> None:
    handler.raw("Content-Type: text/xml\r\nConnection: close")
    while not web.closing.is_set():
        handler.wfile.write(b"x" * 65536)


def _bomb(handler: Any, _web: Web) -> None:
    packed = gzip.compress(b" " * 20_000_000, 1)
    handler.raw("Content-Type: text/xml\r\nContent-Encoding: gzip\r\nConnection: close", packed)


def _reset(handler: Any, _web: Web) -> None:
    handler.raw("Content-Type: text/xml\r\nTransfer-Encoding: chunked", b"5\r\n<?xml\r\n")


def _short(handler: Any, _web: Web) -> None:
    handler.raw("Content-Type: text/xml\r\nContent-Length: 9999\r\nConnection: close", b"<rss/>")


def _cut_gzip(handler: Any, _web: Web) -> None:
    packed = gzip.compress(b"<rss/>" * 99)[:-20]
    head = "Content-Type: text/xml\r\nContent-Encoding: gzip\r\nConnection: close"
    handler.raw(head, packed)


def _loop(handler: Any, _web: Web) -> None:
    handler.reply(Reply(status=302, headers={"Location": handler.path}))


def _private(handler: Any, _web: Web) -> None:
    handler.reply(Reply(status=302, headers={"Location": "http://169.254.169.254/latest/"}))


def _file(handler: Any, _web: Web) -> None:
    handler.reply(Reply(status=302, headers={"Location": "file:///etc/passwd"}))


def _gone(handler: Any, _web: Web) -> None:
    handler.reply(Reply(b"gone", 410))


def _slow_down(handler: Any, _web: Web) -> None:
    handler.reply(Reply(b"later", 429, {"Retry-After": "3600"}))


_FAULTS: dict[str, Callable[[Any, Web], None]] = {
    "hang": _hang,
    "drip": _drip,
    "big": _big,
    "bomb": _bomb,
    "reset": _reset,
    "short": _short,
    "cut-gzip": _cut_gzip,
    "loop": _loop,
    "private": _private,
    "file": _file,
    "gone": _gone,
    "slow-down": _slow_down,
}
