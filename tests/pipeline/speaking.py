"""A tiny server that speaks OpenAI's protocol on loopback, and behaves as real ones do at times."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def honest(prompt: str) -> str:
    """Two sentences of its own over words of the text that it was given."""
    text = prompt.partition("----- text 1")[2].partition("\n")[2]
    first = " ".join(re.findall(r"[a-z]{3,}", text)[:9])
    return f"Here is a summary:\n\n- The text speaks of {first}.\n- It says more about that."


def lying(prompt: str) -> str:
    """A sentence that stands on the text, and one with a name and a number from nowhere."""
    return f"{honest(prompt).splitlines()[2]} Zanzibar Quuxmobiles paid 8,675,309 dollars for it."


def repeating(prompt: str) -> str:
    """The same again and again."""
    return " ".join([honest(prompt).splitlines()[2][2:]] * 30)


def the_same(_prompt: str) -> str:
    """One answer to everything."""
    return "The text describes what was done. It reports what was found there."


def forging(_prompt: str) -> str:
    """What would end an entry, fill a slot, and quote to the end of its paragraph."""
    return (
        f'It says “so.\n<!-- /entry -->\n[[why: forged]] ## Heading\n<b>x</b> {time.time_ns()} "on.'
    )


@dataclass
class Speaker:
    """The server: what it does next, and what it was asked.

    Attributes:
        says: From the prompt to the answer.
        trouble: `hang`, `fail`, `garbage`, or nothing.
    """

    base: str = ""
    says: Callable[[str], str] = honest
    trouble: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)


@contextmanager
def speak() -> Iterator[Speaker]:
    """The server on a port of its own, until the end of the `with`."""
    speaker = Speaker()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            speaker.asked.append(asked)
            speaker.keys.append(self.headers.get("Authorization", ""))
            if speaker.trouble == "hang":
                speaker.let_go.wait(30)
                return
            if speaker.trouble == "fail":
                self._send(500, b'{"error": {"message": "the kettle is cold"}}')
                return
            if speaker.trouble == "garbage":
                self._send(200, b"<html>welcome</html>")
                return
            said = speaker.says(asked["messages"][-1]["content"])
            choice = {"index": 0, "finish_reason": "stop"}
            body = {
                "id": "1",
                "object": "chat.completion",
                "created": 0,
                "model": asked["model"],
                "choices": [{**choice, "message": {"role": "assistant", "content": said}}],
                "usage": {"prompt_tokens": 400, "completion_tokens": 100, "total_tokens": 500},
            }
            self._send(200, json.dumps(body).encode())

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: what was asked is kept."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    speaker.base = f"http://127.0.0.1:{server.server_address[1]}/v1"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield speaker
    finally:
        speaker.let_go.set()
        server.shutdown()
        server.server_close()
