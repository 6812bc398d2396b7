"""Interrupted in the midst of fetching, a run gives everything back and ends at once."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

PROJECT = """newsletter: {{title: Small News, url: "https://small.example/"}}
themes: [{{id: lamps, title: Lamps, description: Lamps and their light}}]
sources:
{sources}
fetch: {{allow_private: ["127.0.0.1:{port}"], per_host_delay: 0, timeout: 60}}
"""
SOURCE = '  - {{id: silent-{n}, kind: feed, url: "http://127.0.0.1:{port}/{n}.xml"}}'


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes a connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_waits_for_a_silent_server_ends_at_once(
    sign: signal.Signals, silent: int, tmp_path: Path
) -> None:
    sources = "\n".join(SOURCE.format(n=n, port=silent) for n in range(20))
    (tmp_path / "sources.yaml").write_text(PROJECT.format(sources=sources, port=silent))
    program = [sys.executable, "-m", "digest", "-C", str(tmp_path), "run"]
    with subprocess.Popen(program, stderr=subprocess.PIPE, text=True) as run:
        log = tmp_path / "data" / "logs" / "digest.jsonl"
        began = time.monotonic()
        while not (log.exists() and '"fetch"' in log.read_text()):
            assert run.poll() is None
            assert time.monotonic() - began < 120
            time.sleep(0.02)
        time.sleep(0.5)
        asked = time.monotonic()
        os.kill(run.pid, sign)
        code = run.wait(20)
        took = time.monotonic() - asked
        assert run.stderr is not None
        said = run.stderr.read()
    assert code == 130
    assert took < 10  # where each source may take a minute
    assert said.strip() == "digest: interrupted"
    last = json.loads(log.read_text().splitlines()[-1])
    assert (last["event"], last["exit_code"]) == ("end", 130)
    with closing(sqlite3.connect(tmp_path / "data" / "digest.db")) as db:
        assert db.execute("SELECT exit_code, finished IS NULL FROM runs").fetchall() == [(130, 0)]
        assert db.execute("SELECT count(*) FROM sources WHERE failures > 0").fetchone() == (0,)


def test_an_interruption_that_python_drops_is_told_again(tmp_path: Path) -> None:
    """Raised within a finaliser, an exception is only printed; the command ends all the same."""
    program = """
import os, signal, sys, time, click
from digest.cli import main as frame
from digest.cli.settings import common

class Deaf:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)

@click.command()
@common
def probe():
    "Be interrupted where it is not heard."
    Deaf()
    print("not heard", flush=True)
    time.sleep(30)
    print("never heard", flush=True)

frame.VERBS["probe"] = ("__main__:probe", "")
sys.exit(frame.main(["probe"]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == "not heard\n"
    assert done.returncode == 130
