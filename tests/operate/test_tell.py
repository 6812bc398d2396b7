"""A person is told once of each thing, by the ways that the environment names."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.cli.main import main
from digest.config.schema import Fetching
from digest.operate.tell import TOLD, Teller, Ways, key_of, unsaid

NOW = datetime(2026, 6, 29, 12, tzinfo=UTC)
NEED = "some-lab has failed since 2026-06-20: no connection"
SAME = "some-lab has failed since 2026-06-20: the server is busy or under repair (503)"


class Hook:
    """A loopback server that keeps what it is sent."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str, bytes]] = []
        self.answer = 200
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                hook.got.append((self.command, self.path, body))
                self.send_response(hook.answer)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST  # noqa: N815 - the base's name

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self.server.server_port}"


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()
    with serving(made.server):
        yield made


def teller(tmp_path: Path, hook: Hook, **ways: str) -> Teller:
    (tmp_path / "data").mkdir(exist_ok=True)
    fetching = Fetching(allow_private=(hook.place,), per_host_delay=0, timeout=5)
    return Teller(Ways(**ways), "Small News", tmp_path, fetching, "digest/1", NOW)


def test_a_webhook_hears_each_thing_once_and_again_when_it_returns(
    hook: Hook, tmp_path: Path
) -> None:
    told = teller(tmp_path, hook, webhook=f"http://{hook.place}/secret")
    assert told.tell([NEED, "a draft is damaged: line 3"]) == []
    assert told.tell([SAME, "a draft is damaged: line 4"]) == []
    assert told.tell([SAME, "something else: x"]) == []
    sent = [json.loads(body) for _, _, body in hook.got]
    assert [one["needs"] for one in sent] == [
        [NEED, "a draft is damaged: line 3"],
        ["something else: x"],
    ]
    assert sent[0]["title"] == "Small News: a person is needed"
    assert NEED in sent[0]["text"]
    assert sent[0]["at"] == "2026-06-29T12:00:00Z"
    assert told.tell([]) == []
    assert told.tell([NEED]) == []
    assert json.loads(hook.got[-1][2])["needs"] == [NEED]


def test_what_did_not_go_through_is_told_again_and_hides_the_secret(
    hook: Hook, tmp_path: Path
) -> None:
    told = teller(tmp_path, hook, webhook=f"http://{hook.place}/secret")
    hook.answer = 500
    (trouble,) = told.tell([NEED])
    assert "127.0.0.1" in trouble
    assert "secret" not in trouble
    hook.answer = 204
    assert told.tell([NEED]) == []
    assert len(hook.got) == 2


def test_a_private_address_is_refused_like_any_other(hook: Hook, tmp_path: Path) -> None:
    told = teller(tmp_path, hook, webhook=f"http://{hook.place}/x", ping="http://169.254.169.254/")
    (trouble,) = replace(told, fetching=Fetching()).tell([NEED])
    assert "did not go through" in trouble
    assert told.ping()
    assert hook.got == []
    assert teller(tmp_path, hook, ping="no address").ping()


def test_a_ping_asks_its_address(hook: Hook, tmp_path: Path) -> None:
    assert teller(tmp_path, hook, ping=f"http://{hook.place}/ping/1").ping() == []
    assert [(method, path) for method, path, _ in hook.got] == [("GET", "/ping/1")]


def test_a_file_of_what_was_told_that_is_no_json_is_begun_anew(hook: Hook, tmp_path: Path) -> None:
    told = teller(tmp_path, hook, webhook=f"http://{hook.place}/x")
    (tmp_path / "data" / TOLD).write_text("[1, half")
    assert told.tell([NEED]) == []
    assert json.loads((tmp_path / "data" / TOLD).read_text()) == {key_of(NEED): ["webhook"]}


class Letters(socketserver.StreamRequestHandler):
    """As much of a mail server as one letter needs."""

    received: list[bytes] = []  # noqa: RUF012 - one list for the test

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        inside, letter = False, b""
        for line in self.rfile:
            if inside:
                letter += line
                if line == b".\r\n":
                    inside = False
                    self.received.append(letter)
                    self.wfile.write(b"250 kept\r\n")
            elif line.upper().startswith(b"DATA"):
                inside = True
                self.wfile.write(b"354 go on\r\n")
            elif line.upper().startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 fine\r\n")


def test_a_mail_says_the_same(hook: Hook, tmp_path: Path) -> None:
    Letters.received.clear()
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Letters)
    with serving(server):
        place = f"127.0.0.1:{server.server_address[1]}"
        told = teller(tmp_path, hook, mail="me@example.org", smtp=place)
        assert told.tell([NEED]) == []
        assert told.tell([SAME]) == []
    (letter,) = Letters.received
    assert b"To: me@example.org" in letter
    assert b"Subject: Small News: a person is needed" in letter
    assert NEED.encode() in letter
    (trouble,) = teller(tmp_path, hook, mail="me@example.org", smtp="127.0.0.1:1").tell(["x"])
    assert "the mail did not go through: 127.0.0.1:1" in trouble


def test_no_password_goes_out_in_the_clear(
    hook: Hook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import digest.operate.tell as module

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Letters)
    monkeypatch.setattr(module, "_LOOPBACK", set())
    with serving(server):
        place = f"127.0.0.1:{server.server_address[1]}"
        ways = {"mail": "me@example.org", "smtp": place, "user": "me", "password": "pw"}
        (trouble,) = teller(tmp_path, hook, **ways).tell(["y"])
    assert "does not encrypt" in trouble


@given(st.lists(st.text()), st.dictionaries(st.text(), st.lists(st.sampled_from(["webhook"]))))
def test_nothing_is_said_twice(needs: list[str], told: dict[str, list[str]]) -> None:
    news = unsaid(needs, told, "webhook")
    keys = [key_of(one) for one in news]
    assert len(set(keys)) == len(keys)
    assert set(keys) == {key_of(need) for need in needs} - {key for key in told if told[key]}


def test_a_run_that_is_refused_is_told_too(
    hook: Hook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sources.yaml").write_text(
        'newsletter: {title: Small News, url: "https://small.example/"}\n'
        f'issue: {{style: nowhere}}\nfetch: {{allow_private: ["{hook.place}"]}}\n'
    )
    monkeypatch.setenv("DIGEST_WEBHOOK", f"http://{hook.place}/x")
    for _ in range(2):
        assert main(["-C", str(tmp_path), "run"]) == 2
    assert "nowhere" in capsys.readouterr().err
    (only,) = hook.got
    assert "nowhere" in json.loads(only[2])["needs"][0]
