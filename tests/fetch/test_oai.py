"""arXiv's archive: its answers, the names in them, and what a source would have brought of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.config.schema import ArxivSource
from digest.errors import ParseError
from digest.fetch.matching import archive_sets, wanted
from digest.fetch.oai import Expired, authors, read
from digest.model import Item

RECORD = """<record><header><identifier>oai:arXiv.org:2606.00001</identifier>
<datestamp>2026-06-03</datestamp><setSpec>cs</setSpec></header><metadata>
<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>2606.00001</id><submitter>A B</submitter>
<version version="v1"><date>Mon, 01 Jun 2026 17:32:59 GMT</date><size>1kb</size></version>
<version version="v2"><date>Tue, 02 Jun 2026 08:00:00 GMT</date></version>
<title>A  Title of
 Two Lines</title>
<authors>Andr\\'e N{\\o}rg\\aa rd (1 and 2), Bo Li and C. Du ((1) X, (2) Y)</authors>
<categories>cs.AI cs.CY</categories><comments>12 pages, https://code.example/x</comments>
<doi>10.1000/ABC</doi><abstract>  An &lt;abstract&gt;.
</abstract></arXivRaw></metadata></record>"""
DELETED = """<record><header status="deleted"><identifier>oai:arXiv.org:2606.00002</identifier>
<datestamp>2026-06-05</datestamp></header></record>"""
OLD = RECORD.replace("2606.00001", "math.GT/0309136").replace(
    "</version>\n<version", "</version><v"
)


def answer(inner: str) -> bytes:
    return (
        '<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<responseDate>2026-06-05T00:00:00Z</responseDate>{inner}</OAI-PMH>"
    ).encode()


def test_a_page_of_records() -> None:
    token = '<resumptionToken cursor="0" completeListSize="812">next|1</resumptionToken>'
    page = read(
        answer(f"<ListRecords>{RECORD}{DELETED}{OLD}{token}</ListRecords>"), source_id="archive"
    )
    assert (page.token, page.total, page.reached) == ("next|1", 812, "2026-06-05")
    paper, old = page.papers
    assert (paper.id, old.id) == ("arxiv:2606.00001", "arxiv:math.GT/0309136")
    assert (paper.title, paper.text) == ("A Title of Two Lines", "An <abstract>.")
    assert paper.html == "<p>An &lt;abstract&gt;.</p>"
    assert paper.authors == ("André Nørgård", "Bo Li", "C. Du")
    assert paper.published == datetime(2026, 6, 1, 17, 32, 59, tzinfo=UTC)
    assert paper.updated == datetime(2026, 6, 2, 8, tzinfo=UTC)
    assert paper.categories == ("cs.AI", "cs.CY")
    assert paper.external_ids == {"arxiv": "2606.00001", "doi": "10.1000/abc"}
    assert [link.url for link in paper.links] == ["https://code.example/x"]
    assert (paper.via, paper.url) == ("arxiv-oai", "https://arxiv.org/abs/2606.00001")
    assert old.updated is None


def test_refusals_are_told_apart() -> None:
    assert read(answer('<error code="noRecordsMatch"/>'), source_id="a").papers == ()
    with pytest.raises(Expired):
        read(answer('<error code="badResumptionToken">expired</error>'), source_id="a")
    with pytest.raises(ParseError, match="badArgument from"):
        read(answer('<error code="badArgument">from</error>'), source_id="a")
    for body in (b"", b"<html/>", b"Retry after 1 second", b"\xff\xfe"):
        with pytest.raises(ParseError, match="not an answer"):
            read(body, source_id="a")


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 1500), st.integers(0, 60), st.binary(max_size=20))
def test_a_damaged_page_is_read_or_refused(place: int, length: int, patch: bytes) -> None:
    body = answer(f"<ListRecords>{RECORD}</ListRecords>")
    try:
        page = read(body[:place] + patch + body[place + length :], source_id="a")
    except ParseError:
        return
    assert all(paper.id.startswith("arxiv:") for paper in page.papers)


def test_no_entity_is_expanded_and_no_file_is_opened() -> None:
    dtd = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "lol">'
    dtd += "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
    record = RECORD.replace("A  Title", "A &x; &j; Title")
    body = answer(f"<ListRecords>{record}</ListRecords>").replace(b"?>", f"?>{dtd}]>".encode(), 1)
    try:
        papers = read(body, source_id="a").papers
    except ParseError:
        return
    assert not any("root:" in paper.title or "lol" in paper.title for paper in papers)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (r"J\"urgen M\"{u}ller, Zo{\'e} \v{S}ik", ("Jürgen Müller", "Zoé Šik")),
        (r"Fran\c{c}ois \O stergaard and \L ukasz K", ("François Østergaard", "Łukasz K")),
        ("A. B. (MIT (Cambridge, MA)), C. D., Jr.", ("A. B.", "C. D., Jr.")),
        ("Ana d'Or, and Li~Wei", ("Ana d'Or", "Li Wei")),
        ("The ATLAS Collaboration", ("The ATLAS Collaboration",)),
        ("", ()),
    ],
)
def test_names(line: str, names: tuple[str, ...]) -> None:
    assert authors(line) == names


# ---------------------------------------------------------------------------- what would be brought

PAPER = Item(
    id="arxiv:2606.00001",
    source_id="a",
    entry_id="2606.00001",
    url="https://arxiv.org/abs/2606.00001",
    title="World-Models for Agents",
    authors=("Ada del Maestro",),
    text="We study self-improvement of agents, and simulation.",
    published=datetime(2026, 6, 1, 12, tzinfo=UTC),
    external_ids={"arxiv": "2606.00001"},
    categories=("cs.AI", "stat.ML"),
    note="Accepted at a workshop",
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("cat:cs.AI", True),
        ("cat:cs.*", True),
        ("cat:math.*", False),
        ('abs:"self improvement"', True),
        ('ABS OR abs:"improvement self"', False),
        ("ti:world_models AND au:del_maestro", True),
        ("ti:simulation", False),
        ("all:simulation", True),
        ("ti:agent", False),
        ("ti:agent*", True),
        ("ti:a?ents", True),
        ("ti:gents", False),
        ("ti:(world AND agents)", True),
        ("ti:(world AND simulation)", False),
        ("cat:cs.AI ANDNOT abs:simulation", False),
        ("cat:cs.CL OR cat:stat.ML AND ti:agents", True),
        ("id:2606.00001v3", True),
        ("co:workshop", True),
        ("jr:nature", False),
        ("submittedDate:[20260601 TO 20260602]", True),
        ("submittedDate:[202606011201 TO 20260602]", False),
        ("lastUpdatedDate:[20260603 TO 20260604]", False),
    ],
)
def test_a_query_asked_of_one_paper(query: str, found: bool) -> None:
    source = ArxivSource(id="q", kind="arxiv", query=query)
    assert wanted(source)(PAPER) is found


def test_a_listing_wants_its_categories_and_whole_archives() -> None:
    def listing(names: str) -> bool:
        url = f"https://rss.arxiv.org/rss/{names}"
        return wanted(ArxivSource(id="l", kind="arxiv", listing=url))(PAPER)

    assert [listing(n) for n in ("stat.ML", "cs.CY+cs.AI", "cs", "cs.CY", "c")] == [
        True,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("query", "sets"),
    [
        ("cat:cs.AI", {"cs"}),
        ("cat:cs.AI OR cat:hep-th", {"cs", "physics"}),
        ("(cat:cs.AI OR cat:stat.ML) AND cat:cs.LG", {"cs"}),
        ("abs:lamp AND cat:q-bio.NC", {"q-bio"}),
        ("cat:cs.AI ANDNOT cat:math.GT", {"cs"}),
        ("cat:cs.AI OR abs:lamp", None),
        ("abs:lamp", None),
    ],
)
def test_no_more_of_the_archive_is_asked_for_than_is_needed(
    query: str, sets: set[str] | None
) -> None:
    found = archive_sets(ArxivSource(id="q", kind="arxiv", query=query))
    assert (found if found is None else set(found)) == sets


def test_dates_are_those_of_the_version() -> None:
    source = ArxivSource(id="q", kind="arxiv", query="lastUpdatedDate:[20260603 TO 20260604]")
    assert wanted(source)(replace(PAPER, updated=datetime(2026, 6, 3, 5, tzinfo=UTC)))
