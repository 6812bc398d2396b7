"""What a person sees of fetching: a bar and what is slow on a terminal, and nothing without one."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.fetch.making import entry, rss
from tests.fetch.server import Reply, Web


@pytest.fixture
def web() -> Iterator[Web]:
    server = Web()
    server.routes["/good"] = Reply(rss(entry(1)))
    yield server
    server.close()


def _ask(folder: Path, web: Web, *words: str, stderr: int = subprocess.PIPE) -> tuple[bytes, bytes]:
    (folder / "sources.yaml").write_text(
        "newsletter: {title: T, url: 'https://t.example/'}\n"
        "themes: [{id: a, title: A, description: Of everything.}]\n"
        f"fetch: {{per_host_delay: 0, timeout: 1, allow_private: ['{web.place}']}}\n"
        "sources:\n"
        f"  - {{id: good, kind: feed, url: '{web.url('/good')}'}}\n"
        f"  - {{id: sleepy, kind: feed, url: '{web.url('/fault/hang')}'}}\n"
    )
    command = [sys.executable, "-m", "digest", "-C", str(folder), *words]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr,
        env=environment, timeout=60, check=False,
    )  # fmt: skip
    return done.stdout, done.stderr or b""


def _read(terminal: int, shown: list[bytes]) -> None:
    """All that is written to a terminal, until its other end is closed: it holds but 4 kB."""
    with suppress(OSError):
        while piece := os.read(terminal, 65536):
            shown.append(piece)


def test_a_terminal_shows_a_bar_and_what_is_waited_for(tmp_path: Path, web: Web) -> None:
    ours, theirs = pty.openpty()
    shown: list[bytes] = []
    reader = threading.Thread(target=_read, args=(ours, shown))
    reader.start()
    try:
        _ask(tmp_path, web, "fetch", stderr=theirs)
    finally:
        os.close(theirs)
        reader.join(timeout=60)
        os.close(ours)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", b"".join(shown).decode())
    assert "0/2 waiting for good, sleepy" in plain
    assert "1/2 waiting for sleepy" in plain
    # the bar is gone before anything is said
    assert re.search(r"[\r\n]digest: sleepy: no complete answer within 1 s", plain)


def test_an_hourly_run_without_a_terminal_says_nothing(tmp_path: Path, web: Web) -> None:
    assert _ask(tmp_path, web, "run") == (b"", b"")
