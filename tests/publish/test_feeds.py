from __future__ import annotations

import json
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from xml.etree.ElementTree import Element, fromstring

import feedparser
import pytest
from hypothesis import given, settings

from digest.model import Issue
from digest.publish.feeds import LONGEST, absolute
from digest.publish.site import build
from digest.publish.templates import Templates
from digest.publish.values import Published
from tests.publish import sample
from tests.publish.strict import read
from tests.publish.test_site import WHEN, hostile_config, issues, texts

TEMPLATES = Templates()
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
FEEDS = ("", "themes/notebooks/", "themes/weather/", "themes/rules/")
SITE = "https://harbour.example/letters/"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    whole = [sample.published(number) for number in range(1, 5)]
    return build(sample.config(), [*whole, sample.corrected(5)], TEMPLATES, pictures=False)


def parsed(body: bytes) -> Element:
    """XML, read strictly."""
    return fromstring(body.decode("utf-8"))


def check_atom(body: bytes) -> list[Element]:
    """RFC 4287, 4.1.1 and 4.1.2, as far as it has a must."""
    feed = parsed(body)
    assert feed.tag == f"{ATOM}feed"
    for part in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(part.findall(ATOM + name)) == 1, name
        assert (part.findtext(f"{ATOM}id") or "").startswith("https://")
        for name in ("updated", "published"):
            for moment in part.findall(ATOM + name):
                assert datetime.fromisoformat(moment.text or "").utcoffset() is not None
        alternates = [
            link for link in part.findall(f"{ATOM}link") if link.get("rel") == "alternate"
        ]
        assert len(alternates) == 1
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    found = list(feed.iter(f"{ATOM}entry"))
    ids = [entry.findtext(f"{ATOM}id") for entry in found]
    assert len(ids) == len(set(ids))
    return found


def check_rss(body: bytes) -> list[Element]:
    """RSS 2.0: the required elements, dates by RFC 822, one permanent guid each."""
    rss = parsed(body)
    assert (rss.tag, rss.get("version")) == ("rss", "2.0")
    (channel,) = rss
    for name in ("title", "link", "description"):
        assert channel.findtext(name), name
    found = channel.findall("item")
    for item in found:
        assert item.findtext("title") or item.findtext("description")
        assert parsedate_to_datetime(item.findtext("pubDate") or "").utcoffset() is not None
        assert item.findtext("guid") == item.findtext("link")
    return found


def check_json(body: bytes) -> list[dict[str, object]]:
    """JSON Feed 1.1: the required members, and the types of the others."""
    feed = json.loads(body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["title"], str)
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["content_html"] is not None
        assert datetime.fromisoformat(item["date_published"]).utcoffset() is not None
    found: list[dict[str, object]] = feed["items"]
    return found


@pytest.mark.parametrize("where", FEEDS)
def test_every_feed_keeps_the_rules_of_its_format(files: dict[str, bytes], where: str) -> None:
    atoms = check_atom(files[f"{where}feed.xml"])
    items = check_rss(files[f"{where}rss.xml"])
    pieces = check_json(files[f"{where}feed.json"])
    assert len(atoms) == len(items) == len(pieces) > 0


@pytest.mark.parametrize("where", FEEDS)
@pytest.mark.parametrize("name", ["feed.xml", "rss.xml"])
def test_a_feed_reader_understands_it(files: dict[str, bytes], where: str, name: str) -> None:
    found = feedparser.parse(BytesIO(files[where + name]))
    assert not found.bozo, found.get("bozo_exception")
    assert found.feed.title.startswith("The Harbour Light")
    assert all(entry.content[0].value and entry.published_parsed for entry in found.entries)
    assert "Ada Quill" in {found.feed.get("author"), found.entries[0].get("author")}


def test_a_piece_is_whole_and_its_links_are_absolute(files: dict[str, bytes]) -> None:
    for entry in check_atom(files["feed.xml"]):
        html = entry.findtext(f"{ATOM}content") or ""
        page = read(html.encode(), below=1)
        for words in ("never the student's", "keep its own counsel", "Is it you", "(arXiv)"):
            assert words in page.text
        assert all(link.startswith("https://") for link in page.links), page.links
        here = entry.findtext(f"{ATOM}id") or ""
        assert f"{here}#4f21c0a9e1" in page.links


def test_a_themes_feed_has_its_entries(files: dict[str, bytes]) -> None:
    found = check_atom(files["themes/weather/feed.xml"])
    assert [entry.findtext(f"{ATOM}title") for entry in found] == [
        "Rain can now be ordered by the square metre"
    ] * 5
    newest = found[0].findtext(f"{ATOM}id")
    assert newest == f"{SITE}issues/2026-w06/#aa00bb11cc"


def test_a_correction_changes_a_date_and_no_id() -> None:
    before = build(sample.config(), [sample.published(5)], TEMPLATES, pictures=False)
    after = build(sample.config(), [sample.corrected(5)], TEMPLATES, pictures=False)
    (old,), (new,) = check_atom(before["feed.xml"]), check_atom(after["feed.xml"])
    assert old.findtext(f"{ATOM}id") == new.findtext(f"{ATOM}id")
    assert old.findtext(f"{ATOM}published") == new.findtext(f"{ATOM}published")
    assert new.findtext(f"{ATOM}updated") == "2026-02-04T12:00:00Z"


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("feed.xml", rb"<entry>.*?</entry>"),
        ("rss.xml", rb"<item>.*?</item>"),
        ("feed.json", rb'\n  \{\n   "id".*?\n  \}'),
    ],
)
@pytest.mark.parametrize("where", FEEDS)
def test_a_new_issue_leaves_every_older_piece_as_it_was(
    files: dict[str, bytes], where: str, name: str, pattern: bytes
) -> None:
    older = [sample.published(number) for number in range(1, 5)] + [sample.corrected(5)]
    more = build(sample.config(), [*older, sample.published(6)], TEMPLATES, pictures=False)
    before = re.findall(pattern, files[where + name], re.DOTALL)
    after = re.findall(pattern, more[where + name], re.DOTALL)
    assert len(before) >= 5
    assert after[-len(before) :] == before


def test_a_feed_holds_a_year_of_issues() -> None:
    short = {"entries": (), "coda": None}
    many = [sample.published(number, **short) for number in range(1, LONGEST + 4)]
    found = check_atom(build(sample.config(), many, TEMPLATES, pictures=False)["feed.xml"])
    assert len(found) == LONGEST
    assert found[0].findtext(f"{ATOM}title", "").startswith(f"The Harbour Light {LONGEST + 3}")


def test_local_links_become_absolute() -> None:
    html = '<a href="#fn1">1</a> <a href="/about">a</a> <a href="https://x.example/#y">x</a>'
    assert absolute(html, "https://h.example/issues/1/#k") == (
        '<a href="https://h.example/issues/1/#fn1">1</a> <a href="https://h.example/about">a</a>'
        ' <a href="https://x.example/#y">x</a>'
    )


@settings(deadline=None, max_examples=30)
@given(issues, texts)
def test_whatever_an_issue_holds_the_feeds_are_whole(issue: Issue, text: str) -> None:
    files = build(hostile_config(text), [Published(issue, WHEN, WHEN)], TEMPLATES, pictures=False)
    for where in FEEDS:
        for entry in check_atom(files[f"{where}feed.xml"]):
            read((entry.findtext(f"{ATOM}content") or "").encode(), below=2 if where else 1)
        for item in check_rss(files[f"{where}rss.xml"]):
            read((item.findtext(CONTENT) or "").encode(), below=2 if where else 1)
        check_json(files[f"{where}feed.json"])
    parsed(files["sitemap.xml"])
    parsed(files["favicon.svg"])
