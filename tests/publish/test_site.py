from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urldefrag

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.config.schema import Config
from digest.errors import Refused
from digest.model import Coda, Entry, Issue, Quote, ReadMore, Reference, Why
from digest.publish.site import build
from digest.publish.templates import Templates
from digest.publish.values import Correction, Published
from tests.publish import sample
from tests.publish.strict import Read, read

TEMPLATES = Templates()
NEWEST = "issues/2026-w13/index.html"


def built(*issues: Published) -> dict[str, bytes]:
    return build(sample.config(), issues, TEMPLATES, pictures=False)


def pages(files: Mapping[str, bytes]) -> dict[str, Read]:
    return {path: read(body) for path, body in files.items() if path.endswith(".html")}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Twelve weeks, the last two corrected and unfinished."""
    whole = [sample.published(number) for number in range(1, 11)]
    return built(*whole, sample.corrected(11), sample.published(12))


def test_every_kind_of_page_is_there(files: dict[str, bytes]) -> None:
    expected = {"index.html", "404.html", "archive/index.html", "themes/index.html"}
    expected |= {f"themes/{one}/index.html" for one in ("notebooks", "weather", "rules")}
    expected |= {"feed.xml", "style.css", "favicon.svg", "robots.txt", "sitemap.xml"}
    assert expected <= files.keys()
    assert len([path for path in files if path.startswith("issues/")]) == 12


def test_every_page_is_strict_and_every_link_on_the_site_leads_somewhere(
    files: dict[str, bytes],
) -> None:
    found = pages(files)
    for path, page in found.items():
        for link in [*page.links, *page.loads]:
            if ":" in link.split("/")[0]:
                continue
            to, anchor = urldefrag(link)
            target = normpath(join(dirname(path), unquote(to))) if to else path
            assert target in files, f"{path} links to {link}"
            if anchor:
                assert unquote(anchor) in found[target].ids, f"{path} links to {link}"


def test_no_page_loads_anything_but_its_own_style_and_sign(files: dict[str, bytes]) -> None:
    for path, page in pages(files).items():
        up = "../" * path.count("/")
        assert set(page.loads) <= {f"{up}style.css", f"{up}favicon.svg", "data:,"}


def test_no_page_runs_or_allows_a_script(files: dict[str, bytes]) -> None:
    for path, body in files.items():
        if path.endswith(".html"):
            policy = re.search(rb'Content-Security-Policy" content="([^"]*)"', body)
            assert policy
            assert b"default-src &#39;none&#39;" in policy[1]
            assert b"script-src" not in policy[1]


def test_an_issue_shows_all_of_itself(files: dict[str, bytes]) -> None:
    text = files[NEWEST].decode().replace("&#39;", "'")
    paper = '<a href="https://arxiv.example/abs/1?a=1&amp;b=2">Notebooks &amp; Their Students</a>'
    for words in (
        "<span>No. 12</span>",
        '<time datetime="2026-03-23">23 March 2026</time>',
        "Who reads the second draft?",
        "…A sensible shelf which may be hard to reach…",
        "Don't build a <em>better</em> student",
        "<strong>Corrections:</strong>",
        "<blockquote>",
        '<span class="label">Why this matters</span>',
        '<span class="thesis">paper remembers what models forget</span>',
        "sooner or later keep its own counsel",
        f'<b>Read more:</b> {paper} <span class="venues">(arXiv)</span>.',
        "<b>Find out more:</b>",
        "written on a train",
        "The House Votes",
        "[2041]",
        "Kettles; mornings; a <em>long</em> strike.",
        "<strong>AI usage:</strong> None.",
        "<em>Thanks for reading!</em>",
    ):
        assert words in text, words


def test_anchors_are_the_entries_keys(files: dict[str, bytes]) -> None:
    assert {"4f21c0a9e1", "aa00bb11cc", "on-registers"} <= set(read(files[NEWEST]).ids)


def test_neighbours_are_the_issues_before_and_after(files: dict[str, bytes]) -> None:
    middle = files["issues/2026-w12/index.html"].decode()
    assert 'rel="prev" href="../../issues/2026-w11/index.html"' in middle
    assert 'rel="next" href="../../issues/2026-w13/index.html"' in middle
    first = files["issues/2026-w02/index.html"].decode()
    assert 'rel="prev"' not in first
    assert 'rel="next"' not in files[NEWEST].decode()


def test_a_correction_is_dated(files: dict[str, bytes]) -> None:
    page = files["issues/2026-w12/index.html"].decode()
    assert (
        'Corrected <time datetime="2026-03-18">18 March 2026</time></b> It was 8,004, not 80.'
        in page
    )


def test_what_is_not_written_is_said_so() -> None:
    found = built(sample.unfinished())
    page = found[NEWEST].decode()
    assert "<b>Unfinished</b> 3 places in this issue are not yet written" in page
    assert page.count('<mark class="slot">') == 2
    assert "Ada Quill</p>\n</section>" not in page, "nobody signs what nobody wrote"
    for path, body in found.items():
        assert b"[[" not in body, path


@pytest.mark.parametrize(
    ("title", "parts", "shown"),
    [
        ("The Harbour Light 12: a; b", (), "The Harbour Light 12: a; b"),
        ("On something else", (), "The Harbour Light 12: On something else"),
        ("", (), "The Harbour Light 12"),
        ("The Harbour Light 12: [[part: a]]; b", ("[[part: a]]", "b"), "The Harbour Light 12: b"),
        ("The Harbour Light 12: [[part: a]]", ("[[part: a]]",), "The Harbour Light 12"),
    ],
)
def test_a_title_names_the_newsletter_and_what_is_written(
    title: str, parts: tuple[str, ...], shown: str
) -> None:
    page = built(sample.published(12, title=title, parts=parts))[NEWEST].decode()
    assert f"<title>{shown}</title>" in page


def test_a_tale_that_nobody_wrote_is_left_out() -> None:
    coda = Coda(title="[[title: its name]]", text="[[tale: the story]]", inspired=("[[inspired]]",))
    page = built(sample.published(12, coda=coda))[NEWEST].decode()
    assert "Tech Tales" not in page
    assert "3 places in this issue are not yet written" in page
    half = replace(coda, text="It was dusk. [[tale: the rest]]")
    assert "It was dusk." in built(sample.published(12, coda=half))[NEWEST].decode()


def test_reading_time_grows_with_the_words() -> None:
    for minutes in (10, 20):
        long = Entry("k", "Long:", body="word " * 238 * minutes)
        page = built(sample.published(12, entries=(long,), coda=None))[NEWEST].decode()
        assert f"<span>{minutes}&nbsp;min</span>" in page


def test_the_home_page_shows_the_latest_and_leads_to_the_rest(files: dict[str, bytes]) -> None:
    page = files["index.html"].decode()
    assert page.index("No. 12") < page.index('<span class="number">11</span>')
    assert '<a href="archive/index.html">All 12 issues</a>' in page
    assert "machines that keep notebooks &amp; those who read them" in page


def test_what_is_read_is_said(files: dict[str, bytes]) -> None:
    page = files["sources/index.html"].decode()
    assert '<a href="https://lowtide.example/feed.xml">Lowtide notes</a>' in page
    assert '<a href="https://www.lamps.example">lamps.example</a>' in page
    assert "abs:&#34;artificial rain&#34; AND cat:cs.AI" in page
    assert "gone.example" not in page
    assert page.index("Blogs") < page.index("Forums") < page.index("Preprints")


def test_about_says_when_it_comes_out(files: dict[str, bytes]) -> None:
    page = files["about/index.html"].decode()
    assert "is edited by Ada Quill and comes out on Mondays. There are 12 issues so far" in page


def test_without_an_issue_there_is_a_site() -> None:
    found = built()
    pages(found)
    assert b"The first issue is on its way." in found["index.html"]
    assert b"1970-01-01T00:00:00Z" in found["feed.xml"]


def test_one_id_twice_is_refused() -> None:
    with pytest.raises(Refused, match="one address"):
        built(sample.published(12), sample.published(12))


def test_the_order_of_what_comes_in_does_not_matter(files: dict[str, bytes]) -> None:
    issues = [sample.published(number) for number in range(1, 11)]
    issues += [sample.corrected(11), sample.published(12)]
    random.Random(4).shuffle(issues)
    assert built(*issues) == files


def test_an_issue_that_was_never_dated_bears_its_day_of_publication() -> None:
    late = replace(
        sample.published(12, date=None), published=datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
    )
    assert b'<time datetime="2026-04-01">' in built(late)[NEWEST]


def test_entries_of_one_key_get_anchors_of_their_own() -> None:
    twice = (sample.entry(), sample.entry(), sample.entry("a b/ü#c"))
    page = read(built(sample.published(12, entries=twice))[NEWEST])
    assert {"4f21c0a9e1", "4f21c0a9e1.2", "a-b-ü-c"} <= set(page.ids)


def test_no_key_can_take_the_place_of_a_pages_own_ids() -> None:
    keys = ("_main", "_tale", "k", "k:h", "k.h", "k:body-fn1", "k-fn1", "k:why-fn1", "")
    entries = tuple(sample.entry(key) for key in keys)
    page = read(built(sample.published(12, entries=entries))[NEWEST])
    assert {"main", "tale", "k", "k-h", "k.h", "k-body-fn1", "k-fn1", "entry"} <= set(page.ids)


def test_an_address_that_no_reader_may_open_is_no_link() -> None:
    bad = ReadMore("Run me", "javascript:alert(1)", ("Nowhere",))
    page = built(sample.published(12, entries=(sample.entry(read_more=(bad,)),)))[NEWEST]
    assert b"javascript" not in page
    assert b"<b>Read more:</b> Run me" in page


def weekly(count: int) -> list[Published]:
    """Many issues with short entries."""
    short = (Entry("k1", "A headline of ordinary length, as they are:", themes=("weather",)),)
    start = date(2016, 1, 4).toordinal()
    return [
        sample.published(number, id=f"n{number}", date=date.fromordinal(start + 7 * number),
                         entries=short, coda=None)
        for number in range(count)
    ]  # fmt: skip


def test_five_hundred_issues_still_feel_light() -> None:
    found = built(*weekly(500))
    assert len(found["index.html"]) < 50_000
    assert max(len(body) for path, body in found.items() if path.endswith(".html")) < 100_000
    listed = [link for page in pages(found).values() for link in page.links]
    for number in range(500):
        assert any(f"issues/n{number}/index.html" in link for link in listed)
    assert {"archive/2016/index.html", "themes/weather/2016/index.html"} <= found.keys()
    assert "archive/2025/index.html" not in found


def test_an_old_years_page_shows_that_year() -> None:
    page = built(*weekly(500))["archive/2017/index.html"].decode()
    assert set(re.findall(r'datetime="(\d{4})', page)) == {"2017"}
    assert page.count('<span class="number">') == 52


# ------------------------------------------------------------------------------ whatever it holds

hostile = st.sampled_from(
    [
        "<script>alert(1)</script>", "</script><script>alert(1)</script>", "</style>", "</title>",
        "<!--", "-->", "]]>", "{{ 7*7 }}", "{% raw %}", '"><img src=x onerror=alert(1)>', "' onx='",
        "[x](javascript:alert(1))", "![x](https://elsewhere.example/x.png)", "<entry>", "\x00",
        "\ud800", "\u202e", "\uffff", "&lt;", "&", "[[why: x]]", "# ", "> ", "***", "```\n", "**",
        "*", "_", "`", "\n\n", " ", "words", "“Q”", "[^1]\n\n[^1]: n", "|a|\n|-|\n|1|\n",
        "<!-- entry k -->", "\ue0000\ue001",
    ]
)  # fmt: skip
texts = st.lists(hostile | st.text(max_size=5), max_size=5).map("".join)
ids = st.from_regex(r"\A[a-z0-9]{1,4}(-[a-z0-9]{1,3})?\Z")
read_mores = st.builds(
    ReadMore, texts, texts | st.just("https://a.example/<>\"' &"), st.tuples(texts), texts
)
entries = st.builds(
    Entry,
    key=texts | ids,
    headline=texts,
    kind=st.sampled_from(["item", "essay"]),
    tagline=texts,
    body=texts,
    why=st.builds(Why, texts, texts),
    read_more=st.tuples(read_mores) | st.just(()),
    themes=st.tuples(st.sampled_from(["weather", "rules", "</p>"])),
    extra=texts,
    quotes=st.tuples(
        st.builds(Quote, texts | st.just("words words words words words words words words"), texts)
    ),
    sources=st.tuples(
        st.builds(
            Reference,
            texts,
            texts,
            texts | st.just("https://a.example/<>\"' &"),
            st.tuples(texts),
            texts,
            comments=st.integers(0, 2),
        )
    )
    | st.just(()),
)
codas = st.builds(
    Coda, title=texts, setting=texts, text=texts, inspired=st.tuples(texts), extra=texts
)
issues = st.builds(
    Issue,
    id=ids,
    number=st.integers(0, 999),
    title=texts,
    parts=st.lists(texts, max_size=2).map(tuple),
    subtitle=texts,
    date=st.dates(date(1990, 1, 1), date(2100, 1, 1)) | st.none(),
    welcome=texts,
    entries=st.lists(entries, max_size=3).map(tuple),
    coda=codas | st.none(),
    thanks=texts,
    extra=texts,
)
WHEN = datetime(2026, 1, 5, 12, tzinfo=UTC)


def hostile_config(text: str) -> Config:
    """A configuration whose own words are no better."""
    config = sample.config()
    changes = {"title": f"T{text}", "editor": text, "description": text}
    return config.model_copy(update={"newsletter": config.newsletter.model_copy(update=changes)})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(issues, max_size=2, unique_by=lambda issue: issue.id), texts)
def test_whatever_an_issue_holds_nothing_breaks_out(found: list[Issue], text: str) -> None:
    snapshots = [
        Published(issue, WHEN, WHEN, (Correction(WHEN, text),) if text else ()) for issue in found
    ]
    config = hostile_config(text)
    files = build(config, snapshots, TEMPLATES, pictures=False)
    for page in pages(files).values():
        for link in page.links:
            scheme = re.match(r"\s*([\w+.-]+):", link)
            assert scheme is None or scheme[1] in {"http", "https", "mailto"}, link
    assert build(config, snapshots[::-1], TEMPLATES, pictures=False) == files
