"""What a feed may make us keep: bounded, and not lost for one odd letter."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from digest.fetch.dates import read_date
from digest.fetch.parse import parse
from tests.fetch.making import entry, rss

URL = "https://x.example/feed"


def test_a_title_without_end_is_cut() -> None:
    [long, short] = parse(
        rss(entry(1, title="T" * 500_000), entry(2, title="Short")), url=URL
    ).items
    assert (len(long.title), long.title[-1], short.title) == (1000, "…", "Short")


def test_of_many_thousand_links_the_first_are_kept() -> None:
    many = "".join(f'<a href="https://l.example/{n}">l</a>' for n in range(20_000))
    [item] = parse(rss(entry(1, many)), url=URL).items
    assert [link.url for link in item.links] == [f"https://l.example/{n}" for n in range(1000)]


@pytest.mark.parametrize("control", ["\0", "\x01", "\x08", "\x1f"])
def test_a_control_character_costs_no_text(control: str) -> None:
    [item] = parse(rss(entry(1, f"<p>before{control}after</p>")), url=URL).items
    assert item.text == "beforeafter"


def test_an_entry_that_says_nothing_is_none() -> None:
    feed = b'{"version": "https://jsonfeed.org/version/1", "items": [{"title": {}}, {"id": 1}]}'
    assert [item.entry_id for item in parse(feed, url=URL).items] == ["1"]


@pytest.mark.parametrize("said", ["1782727200", "1782727200000"])
def test_seconds_since_1970_are_a_date(said: str) -> None:
    moment = datetime(2026, 6, 29, 10, tzinfo=UTC)
    assert read_date(said) == moment
    old = b"<pubDate>"
    body = rss(entry(1)).partition(old)
    rest = body[2].partition(b"<")[1] + body[2].partition(b"<")[2]
    [item] = parse(body[0] + old + said.encode() + rest, url=URL).items
    assert item.published == moment
