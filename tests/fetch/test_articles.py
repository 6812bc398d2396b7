"""Articles out of pages and PDFs, without their furniture."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from digest.errors import ParseError
from digest.fetch import fulltext
from digest.fetch.article import extract
from digest.fetch.http import Http
from digest.fetch.pdf import read_pdf
from digest.model import Item, Link
from tests.fetch import making
from tests.fetch.making import NOW
from tests.fetch.server import Reply, Web

URL = "https://office.example/news/robots"
LEAD = (
    "The Office of Mechanical Minds announced on Monday that every walking machine in the city must"
    " carry a lamp, a bell and a small flag from the first day of the coming year."
)
BODY = (
    "Makers of such machines have until the end of the winter to bring in drawings of their lamps,"
    " said the head of the office, who spoke at length, and with feeling, about bells."
)
END = (
    "The rule follows a year in which, according to the office, some forty machines were met in the"
    " dark by people who had not been told of them, and who said so afterwards in letters."
)
PAGE = f"""<!doctype html><html lang="en"><head><title>Lamps for machines | Office of Minds</title>
<meta property="og:site_name" content="Office of Minds">
<meta property="og:title" content="Lamps for machines | Office of Minds">
<meta property="article:published_time" content="2026-06-01T09:30:00+02:00">
<meta name="author" content="Office of Minds"><meta name="citation_author" content="Ada Quill">
</head><body>
<div class="site-notification-text"><p>This site is closed for works until further notice, and
nobody will answer letters, telegrams or telephone calls that arrive in the meantime, so please
do wait.</p></div>
<nav><ul><li><a href="/">Home</a></li><li><a href="/rules">Rules</a></li></ul></nav>
<main><div class="modal hidden"><p>Enter a search term or the number of a rule, and press the
key that is marked with an arrow, or choose one of the suggestions that appear below.</p></div>
<div class="text"><h1>Lamps for machines</h1><p>{LEAD}</p><p>Three things are asked for:</p>
<ul><li>a lamp</li><li>a <a href="/bells">bell</a></li><li>a small flag</li></ul>
<h2>What comes next</h2><p>{BODY}</p><p>{END}</p><p>Signed,</p></div>
<div class="related"><h2>Related</h2>
<p><a href="/a">Other news of the office, from last year</a></p></div>
</main><footer><p>Contact us. All rights reserved by the office and its heirs.</p>
</footer></body></html>"""


def test_the_article_and_nothing_but_the_article() -> None:
    article = extract(PAGE.encode(), URL)
    assert article.title == "Lamps for machines"
    assert article.published == datetime(2026, 6, 1, 7, 30, tzinfo=UTC)
    assert article.authors == ("Ada Quill",)
    for words in (LEAD, BODY, END, "- a lamp\n- a bell\n- a small flag", "What comes next"):
        assert words in article.text
    for words in ("Home", "closed for works", "search term", "Related", "All rights"):
        assert words not in article.text
    assert article.text.startswith(LEAD)
    assert Link("https://office.example/bells", "bell") in article.links
    assert "<li>" in article.html
    assert "<script" not in article.html


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Office of Minds :: The rule</title>", "The rule"),
        ("<title>The rule – and its end - office.example</title>", "The rule – and its end"),
        ("<title>A - B</title>", "A - B"),
        ("<title>The rule</title><meta property='og:title' content='Our newspaper'>", "The rule"),
        ("<title>Minds</title><meta property='og:site_name' content='Minds'>", "Minds"),
    ],
)
def test_titles_lose_the_name_of_their_site_and_nothing_else(head: str, title: str) -> None:
    page = f"<html><head>{head}<meta property='og:site_name' content='Office of Minds'></head>"
    body = f"<body><h1>x</h1><p>{LEAD}</p><p>{BODY}</p><p>{END}</p></body></html>"
    assert extract((page + body).encode(), "https://www.office.example/x").title == title


def test_the_dates_of_other_things_are_not_its_date() -> None:
    times = '<time datetime="2026-01-01">a</time><time datetime="2026-02-02">b</time>'
    body = f"<p>{LEAD}</p><p>{BODY}</p><p>{END}</p>"
    one = f"<html><body>{body}<time datetime='2026-03-03T10:00:00Z'>c</time></body></html>"
    assert extract(one.encode(), "").published == datetime(2026, 3, 3, 10, tzinfo=UTC)
    linked = '<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle",'
    linked += '"datePublished":"2026-04-04","author":[{"name":"Bo Röm"}]}]}</script>'
    two = f"<html><head>{linked}</head><body>{times}{body}</body></html>"
    article = extract(two.encode(), "")
    assert article.published == datetime(2026, 4, 4, tzinfo=UTC)
    assert article.authors == ("Bo Röm",)


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"\x00\x01"])
def test_pages_without_an_article(body: bytes) -> None:
    with pytest.raises(ParseError):
        extract(body, URL)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(PAGE)), st.integers(0, 300), st.binary(max_size=5))
def test_a_damaged_page_has_an_article_or_none(place: int, length: int, patch: bytes) -> None:
    page = PAGE.encode()
    try:
        article = extract(page[:place] + patch + page[place + length :], URL)
    except ParseError:
        return
    assert article.text.strip()


def test_real_government_pages(shared: Path) -> None:
    """The words that each page must give, and those of its menus that it must not."""
    expected = {
        "california-sb-243": ("interacting with a companion chatbot", "Bill Information"),
        "federal-register-ai-action-plan-request": ("On behalf of the Office of", "search term"),
        "federal-register-rd-plan-request": (
            "welcomes input from all interested",
            "Public Inspection List",
        ),
        "nist-zero-drafts": ("Documentation about system and data", "Official websites"),
        "house-beyer": ("responsible development, deployment, and use of AI", "Newsletter"),
        "white-house-ai-export": ("full-stack AI export packages", "Sign up"),
    }
    for name, (wanted, unwanted) in expected.items():
        page = shared / "data" / "web" / "pages" / f"{name}.html"
        text = extract(page.read_bytes(), "").text
        assert unwanted not in text, name
        assert wanted in text, name


# ---------------------------------------------------------------------------------------------- PDF


def make_pdf(*pages: str, title: str = "", author: str = "", password: str = "") -> bytes:
    """A PDF with a line of text for each line given."""
    writer = PdfWriter()
    for text in pages:
        page = writer.add_blank_page(400, 400)
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        lines = " T* ".join(f"({line}) Tj" for line in text.split("\n"))
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 14 TL 20 380 Td {lines} ET".encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(stream)
    writer.add_metadata({"/Title": title, "/Author": author, "/CreationDate": "D:20260601093000Z"})
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_the_text_of_a_pdf() -> None:
    body = make_pdf(
        "The rule on lamps is long and its rea-\nsons are many.\nMore at https://office.example/x.",
        "Second page.",
        title="On Lamps",
        author="Ada Quill; Bo Roem and Cy Dee",
    )
    article = read_pdf(body, URL)
    assert article.title == "On Lamps"
    assert article.authors == ("Ada Quill", "Bo Roem", "Cy Dee")
    assert article.published == datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
    assert article.text == (
        "The rule on lamps is long and its reasons are many.\n\n"
        "More at https://office.example/x.\n\nSecond page."
    )
    assert article.links == (Link("https://office.example/x"),)


def test_pdfs_without_a_title_a_text_or_a_key() -> None:
    assert read_pdf(make_pdf("First words"), URL).title == "First words"
    assert read_pdf(make_pdf("First words", title="Microsoft Word - x"), URL).title == "First words"
    with pytest.raises(ParseError, match="no text"):
        read_pdf(make_pdf(""), URL)
    with pytest.raises(ParseError, match="password"):
        read_pdf(make_pdf("Secret", password="x"), URL)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1500), st.binary(max_size=9))
def test_a_damaged_pdf_is_read_or_refused(place: int, patch: bytes) -> None:
    body = make_pdf("Some words here")
    try:
        read_pdf(body[:place] + patch + body[place + len(patch) :], URL)
    except ParseError:
        return


def test_a_paper_is_read_in_html_where_there_is_some(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = Item(
        id="arxiv:2606.00001",
        source_id="q",
        entry_id="2606.00001",
        url="https://arxiv.org/abs/2606.00001",
        title="A Title",
        kind="paper",
        text="The abstract.",
        external_ids={"arxiv": "2606.00001"},
    )
    assert fulltext._page_of(paper) == "https://arxiv.org/html/2606.00001"
    words = "<p>The whole text of the paper, sentence by sentence, as its authors wrote it.</p>"
    page = f"<html><body><article><h1>A Title</h1>{words * 9}</article></body></html>".encode()
    web.routes["/html/1"] = Reply(page, media_type="text/html")

    async def visit(path: str) -> fulltext._Visit:
        monkeypatch.setattr(fulltext, "_page_of", lambda _item: web.url(path))
        async with Http(making.settings(web.place), user_agent="t") as http:
            return await fulltext._visit(paper, http, NOW)

    assert "sentence by sentence" in asyncio.run(visit("/html/1")).item.text
    assert asyncio.run(visit("/html/2")) == fulltext._Visit(paper)


def test_what_cannot_be_read_is_told_in_the_error_and_nowhere_else() -> None:
    program = (
        "from digest.errors import ParseError\n"
        "from digest.fetch.article import extract\n"
        "from digest.fetch.pdf import read_pdf\n"
        "for read, body in ((read_pdf, b'%PDF-1.4 x'), (extract, b'<html><p></html>'),\n"
        "                   (extract, b'<html><!-- -->')):\n"
        "    try:\n"
        "        read(body, 'https://x.example/')\n"
        "    except ParseError as problem:\n"
        "        print(problem.message)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 3
