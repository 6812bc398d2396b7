"""OPML in, from anybody, and out."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from digest.errors import ParseError
from digest.fetch.opml import Outline, Outlines, read, write

NOW = datetime(2026, 6, 29, 12, tzinfo=UTC)
PLAIN = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>Mine</title></head><body>
  <outline text="Harbours">
    <outline text="The Quay" type="rss" xmlUrl="https://quay.example/feed?a=1&amp;b=2" htmlUrl="https://quay.example/"/>
    <outline title="Piers"><outline text="Pier" xmlurl="feed://pier.example/rss"/></outline>
  </outline>
  <outline text="A note to myself"/>
  <outline text="Local" type="rss" xmlUrl="file:///etc/passwd"/>
  <outline type="rss" xmlUrl="feed:https://lamp.example/feed"/>
</body></opml>"""


def test_subscriptions_are_read_with_folders_lines_and_what_makes_no_sense() -> None:
    outlines = read(PLAIN)
    assert outlines.found == (
        Outline(
            "https://quay.example/feed?a=1&b=2", "The Quay", "Harbours", 4, "https://quay.example/"
        ),
        Outline("http://pier.example/rss", "Pier", "Harbours / Piers", 5),
        Outline("https://lamp.example/feed", "", "", 9),
    )
    assert [line for line, _ in outlines.nonsense] == [7, 8]
    assert "no xmlUrl" in outlines.nonsense[0][1]
    assert "beginning with https://" in outlines.nonsense[1][1]


def test_a_bare_ampersand_and_an_open_end_cost_no_subscription() -> None:
    body = (
        PLAIN.replace(b"&amp;", b"&").replace(b"</body></opml>", b"").replace(b'Pier"', b'P & r"')
    )
    outlines = read(body)
    assert [one.url for one in outlines.found] == [one.url for one in read(PLAIN).found]
    assert outlines.found[1].title == "P & r"
    assert outlines.nonsense[0][0] == 4
    assert "damaged" in outlines.nonsense[0][1]


@pytest.mark.parametrize(
    "body", [b"", b"hello", b"<html><body>x</body></html>", b"\xff\xfe\x00", b"{}"]
)
def test_what_is_no_opml_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError, match="no OPML"):
        read(body)


def test_entities_are_neither_fetched_nor_multiplied(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    for declared, used in (
        (f'<!ENTITY x SYSTEM "{secret.as_uri()}">', "&x;"),
        (f'<!ENTITY l0 "ha">{laughs}', "&l11;"),
        (f'<!ENTITY % p SYSTEM "{secret.as_uri()}"> %p;', "plain"),
    ):
        body = (
            f"<?xml version='1.0'?><!DOCTYPE opml [{declared}]><opml><body>"
            f"<outline text='{used}' xmlUrl='https://a.example/{used}'/>"
            f"<outline text='b' xmlUrl='https://b.example/'/>{used}</body></opml>"
        )
        try:
            outlines = read(body.encode())
        except ParseError:
            outlines = Outlines(())
        assert "hush" not in repr(outlines)
        assert len(repr(outlines)) < 2000


def test_what_is_written_is_read_again() -> None:
    outlines = [
        Outline("https://quay.example/feed?a=1&b=2", 'The "Quay" & <Co>', "Harbours"),
        Outline("https://lamp.example/feed", "", "", 0, "https://lamp.example/"),
    ]
    text = write(outlines, title="Wick & Co", owner="A. Keeper", now=NOW)
    assert text == write(outlines, title="Wick & Co", owner="A. Keeper", now=NOW)
    root = etree.fromstring(text.encode())
    assert root.get("version") == "2.0"
    assert root.findtext("head/dateCreated") == "Mon, 29 Jun 2026 12:00:00 GMT"
    back = read(text.encode())
    assert back.nonsense == ()
    assert [(one.url, one.title, one.group) for one in back.found] == [
        ("https://quay.example/feed?a=1&b=2", 'The "Quay" & <Co>', "Harbours"),
        ("https://lamp.example/feed", "https://lamp.example/feed", ""),
    ]


@settings(max_examples=100, deadline=None)
@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda t: f"<opml>{t}".encode()))
)
def test_whatever_comes_there_are_outlines_or_an_error(body: bytes) -> None:
    with suppress(ParseError):
        assert isinstance(read(body), Outlines)


NAMES = st.text(max_size=30)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(NAMES, NAMES), max_size=5))
def test_any_name_can_be_written(names: list[tuple[str, str]]) -> None:
    outlines = [
        Outline(f"https://x.example/{number}", title, group)
        for number, (title, group) in enumerate(names)
    ]
    found = read(write(outlines, title="t", owner="", now=NOW).encode()).found
    assert sorted(one.url for one in found) == [one.url for one in outlines]
