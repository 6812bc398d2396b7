"""The sample web over a real socket."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from datetime import UTC, datetime
from http.client import HTTPConnection

import pytest

from digest.demo.server import serve
from digest.demo.web import BEGINS, ENDS


def test_it_serves_and_moves() -> None:
    with serve(BEGINS) as web:
        early = urllib.request.urlopen(f"{web.url}/osprey/feed.json").read()
        web.move(ENDS)
        late = urllib.request.urlopen(f"{web.url}/osprey/feed.json").read()
    assert len(json.loads(early)["items"]) == 0
    assert len(json.loads(late)["items"]) == 4
    assert json.loads(late)["feed_url"] == f"{web.url}/osprey/feed.json"


def test_a_client_that_has_the_answer_gets_304() -> None:
    with serve(datetime(2026, 3, 11, 8, tzinfo=UTC)) as web:
        client = HTTPConnection("127.0.0.1", web.port, timeout=5)
        client.request("GET", "/tallow/feed.xml")
        first = client.getresponse()
        body, tag = first.read(), first.headers["ETag"]
        client.request("GET", "/tallow/feed.xml", headers={"If-None-Match": tag})
        second = client.getresponse()
        assert (second.status, second.read(), second.headers["ETag"]) == (304, b"", tag)
        web.move(datetime(2026, 3, 13, 8, tzinfo=UTC))
        client.request("GET", "/tallow/feed.xml", headers={"If-None-Match": tag})
        third = client.getresponse()
        assert third.status == 200
        assert third.read() != body
        client.request("HEAD", "/tallow/feed.xml")
        head = client.getresponse()
        assert (head.status, head.read()) == (200, b"")
        client.close()


def test_it_answers_posts_and_errors() -> None:
    with serve(ENDS) as web:
        body = json.dumps({"query": "{ posts(input: {}) { results { _id } } }"}).encode()
        request = urllib.request.Request(f"{web.url}/graphql", data=body, method="POST")
        assert len(json.load(urllib.request.urlopen(request))["data"]["posts"]["results"]) == 7
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{web.url}/ember/feed.xml")
        assert refused.value.code == 500


def test_a_taken_port_is_refused_and_a_left_one_is_free() -> None:
    with serve(BEGINS) as web, pytest.raises(OSError, match="in use"), serve(BEGINS, web.port):
        pass
    with serve(BEGINS, web.port) as again:
        assert again.port == web.port


def test_it_listens_on_loopback_alone() -> None:
    with serve(BEGINS) as web:
        assert web.url.startswith("http://127.0.0.1:")
        others = {
            found[4][0] for found in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        }
        for address in sorted(str(other) for other in others):
            if not address.startswith("127."):
                with pytest.raises(ConnectionRefusedError):
                    socket.create_connection((address, web.port), timeout=1).close()
