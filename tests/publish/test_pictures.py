from __future__ import annotations

import io
import zlib
from dataclasses import replace
from html.parser import HTMLParser
from json import loads

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from digest.publish.picture import HEIGHT, WIDTH, Picture, draw, issue_picture, settable
from digest.publish.png import png
from digest.publish.site import build, plan, shared
from digest.publish.templates import Templates
from tests.publish import sample

PLAIN = Picture("The Harbour Light", "No. 12", ("Better notebooks;", "rain"), "23 March 2026", ())


def shown(body: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(body))
    image.load()
    return image


def dark(body: bytes, box: tuple[int, int, int, int]) -> int:
    """How many dark pixels stand in a box."""
    return int((np.asarray(shown(body).convert("L").crop(box)) < 90).sum())


@settings(max_examples=40)
@given(st.integers(1, 40), st.integers(1, 300), st.integers(0, 2**32 - 1), st.integers(1, 12))
def test_any_picture_reads_back_as_it_was_by_another_program(
    height: int, width: int, seed: int, run: int
) -> None:
    source = np.random.default_rng(seed).integers(0, 97, (height, width // run + 1))
    pixels = np.repeat(source, run, axis=1)[:, :width].astype(np.uint8)
    palette = [(place, 255 - place, place * 2) for place in range(97)]
    image = shown(png(pixels, palette))
    assert image.size == (width, height)
    assert (np.asarray(image) == pixels).all()
    assert image.convert("RGB").getpixel((0, 0)) == palette[pixels[0, 0]]


@pytest.mark.parametrize("length", [1, 3, 4, 10, 11, 130, 257, 258, 259, 260, 517, 5000])
def test_runs_of_every_length_are_packed(length: int) -> None:
    pixels = np.full((1, length), 7, np.uint8)
    assert (np.asarray(shown(png(pixels, [(0, 0, 0)] * 8))) == 7).all()


def test_a_picture_has_the_size_that_others_show_and_is_small() -> None:
    body = draw(PLAIN)
    assert shown(body).size == (WIDTH, HEIGHT) == (1200, 630)
    assert len(body) < 60_000
    assert draw(PLAIN) == body


def test_the_bytes_of_a_picture_depend_on_no_library_that_compresses() -> None:
    # Recorded once: it changes with this code, the font and Pillow's FreeType, with nothing else.
    pixels = (np.arange(4000).reshape(40, 100) // 37 % 9).astype(np.uint8)
    assert zlib.crc32(png(pixels, [(one, one, one) for one in range(9)])) == RECORDED


RECORDED = 4081152157


@pytest.mark.parametrize(
    ("text", "set_as"),
    [
        ("Żółć, “Škoda” & naïve façades…", "Żółć, “Škoda” & naïve façades…"),
        ("Привет, Ελλάδα, Việt Nam", "Привет, Ελλάδα, Việt Nam"),
        ("non\u2011breaking → arrows 🤖 gone", "non-breaking arrows gone"),
        ("\ufb01ne 𝐛old", "fine bold"),
        ("研究の未来", ""),
        ("half 研究", ""),
        ("שלום", ""),
        ("e\u0301", "é"),
        ("", ""),
    ],
)
def test_what_the_font_lacks_is_never_a_box(text: str, set_as: str) -> None:
    assert settable(text) == set_as


def test_a_title_that_cannot_be_set_leaves_the_number() -> None:
    number = draw(replace(PLAIN, lines=("研究", "未来")))
    assert number == draw(replace(PLAIN, lines=("No. 12",)))
    assert draw(replace(PLAIN, lines=("Rain;", "研究"))) == draw(replace(PLAIN, lines=("Rain",)))


@pytest.mark.parametrize(
    "lines", [("word " * 200,), ("W" * 300,), tuple("abcdefghijklmnop"), ("a",)]
)
def test_no_title_runs_over_the_edges(lines: tuple[str, ...]) -> None:
    body = draw(replace(PLAIN, lines=lines))
    assert dark(body, (84, 150, 1116, 525)) > 100
    for box in ((0, 20, 80, 630), (1122, 20, 1200, 630), (0, 592, 1200, 630)):
        assert dark(body, box) == 0


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=60), max_size=4))
def test_any_words_can_be_drawn(name: str, lines: list[str]) -> None:
    draw(Picture(name, name, tuple(lines), name, ((name, 1),)))


def test_each_issue_has_one_that_says_what_it_is_about() -> None:
    site = shared(sample.config(), [sample.published(12)], Templates())
    picture = issue_picture(site.newsletter, site.shelf[0])
    assert picture.name == "The Harbour Light"
    assert picture.corner == "No. 12"
    assert picture.lines == ("Better notebooks;", "rain on demand;", "a register of lamps")
    assert picture.foot == "23 March 2026"
    assert picture.themes[0] == ("Rules & registers", 3)


def test_a_picture_is_drawn_again_only_when_its_words_change() -> None:
    def keys(templates: Templates, **changes: object) -> dict[str, str]:
        site = shared(sample.config(), [sample.published(12, **changes)], templates)
        return {page.path: page.key for page in plan(site) if page.path.endswith(".png")}

    class Other(Templates):
        def fingerprint(self) -> str:
            return "another"

    before = keys(Templates())
    assert set(before) == {"card.png", "issues/2026-w13/card.png"}
    assert keys(Other(), thanks="Other thanks") == before
    after = keys(Templates(), parts=("Something else",))
    assert after["card.png"] == before["card.png"]
    assert after["issues/2026-w13/card.png"] != before["issues/2026-w13/card.png"]


# --------------------------------------------------------------------------------- the head matter


class _Head(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.links: list[dict[str, str]] = []
        self.data = ""
        self._reading = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag == "meta":
            self.meta[found.get("property") or found.get("name", "")] = found.get("content", "")
        elif tag == "link":
            self.links.append(found)
        self._reading = tag == "script" and found.get("type") == "application/ld+json"

    def handle_data(self, data: str) -> None:
        self.data += data if self._reading else ""

    def handle_endtag(self, tag: str) -> None:
        self._reading = False


def head(body: bytes) -> _Head:
    found = _Head()
    found.feed(body.decode())
    return found


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return build(sample.config(), [sample.published(11), sample.corrected(12)], Templates())


def test_an_issues_head_says_all_that_others_ask(files: dict[str, bytes]) -> None:
    found = head(files["issues/2026-w13/index.html"])
    page = "https://harbour.example/letters/issues/2026-w13/"
    picture = f"{page}card.png"
    assert found.meta["og:image"] == picture
    assert found.meta["og:url"] == page
    assert found.meta["og:type"] == "article"
    assert found.meta["twitter:card"] == "summary_large_image"
    assert found.meta["og:image:alt"].startswith("The Harbour Light 12: Better notebooks")
    assert (found.meta["og:image:width"], found.meta["og:image:height"]) == ("1200", "630")
    data = loads(found.data)
    assert data["@type"] == "NewsArticle"
    assert data["image"] == picture
    assert data["author"] == {"@type": "Person", "name": "Ada Quill"}
    assert data["publisher"]["name"] == "The Harbour Light"
    assert data["datePublished"] == "2026-03-23T12:00:00+00:00"
    assert data["dateModified"] == "2026-03-25T12:00:00+00:00"
    assert shown(files["issues/2026-w13/card.png"]).format == "PNG"


def test_every_page_names_a_picture_that_is_there_and_every_feed(files: dict[str, bytes]) -> None:
    base = "https://harbour.example/letters/"
    for path, body in files.items():
        if not path.endswith(".html"):
            continue
        found = head(body)
        assert "description" in found.meta, path
        if path != "404.html":
            assert found.meta["og:image"].removeprefix(base) in files, path
            assert [one for one in found.links if one["rel"] == "canonical"], path
        feeds = {one["type"] for one in found.links if one["rel"] == "alternate"}
        assert feeds >= {"application/atom+xml", "application/rss+xml", "application/feed+json"}
        if found.data:
            assert loads(found.data)["@context"] == "https://schema.org"
