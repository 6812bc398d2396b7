from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.draft.parts import quotes_in
from digest.model import Entry, Quote, ReadMore, Reference, Why
from digest.publish import paths
from digest.publish.points import points_of
from digest.publish.site import build
from digest.publish.templates import Templates
from tests.publish import sample
from tests.publish.strict import read

TEMPLATES = Templates()
LONG = "We had expected the loop to stall in the fourth week"


def page(*entries: Entry, of: str = "") -> str:
    """The companion of the first entry, or of the issue."""
    one = sample.published(12, entries=entries or (sample.entry(),))
    files = build(sample.config(), [one], TEMPLATES, pictures=False)
    where = of or paths.companion("2026-w13", (entries or (sample.entry(),))[0].key)
    return files[where].decode()


# ----------------------------------------------------------------------------------------- points


def points(body: str) -> list[tuple[str, str]]:
    return [(one.lead, one.text) for one in points_of(body, quotes_in(body))]


def test_a_question_is_no_point_without_its_answer() -> None:
    assert points("What does it keep? Notes, mostly. It reads them too.\n\nAnd then?") == [
        ("", "What does it keep? Notes, mostly."),
        ("", "And then?"),
    ]
    assert points("**Why?** Sounds *reasonable*, “right?” It was not. More.") == [
        ("Why?", "Sounds *reasonable*, “right?” It was not."),
    ]


def test_a_point_is_how_a_paragraph_begins() -> None:
    body = "They tried it. It worked.\n\n**What it cost:** Very little, e.g. tea. Then more."
    assert points(body) == [("", "They tried it."), ("What it cost", "Very little, e.g. tea.")]


def test_a_heading_or_a_lead_alone_leads_what_follows() -> None:
    body = "### How far\n\nTo the end. And on.\n\n**The parts:**\n\n* One. Or two.\n* Three."
    first, second = points_of(body, ())
    assert (first.lead, first.text) == ("How far", "To the end.")
    assert (second.lead, second.details) == ("The parts", (("", "One."), ("", "Three.")))


@pytest.mark.parametrize(
    "body",
    [
        "```\ncode. Code.\n\nmore.\n```",
        "| a |\n|---|\n| b |",
        "[^1]: A note.",
        "[[body: what?]]",
        "",
    ],
)
def test_what_makes_no_point(body: str) -> None:
    assert points_of(body, ()) == ()


def test_quotations_stand_with_the_paragraph_that_leads_up_to_them() -> None:
    body = (
        f"It stalled.\n\n> {LONG},\n> they say.\n\nThey mended it. “{LONG}, and it did”, they add."
    )
    first, second = points_of(body, quotes_in(body))
    assert [" ".join(quote.text.split()) for quote in first.pulled] == [f"{LONG}, they say."]
    assert [quote.text for quote in second.pulled] == [f"{LONG}, and it did"]


def test_what_is_pulled_out_is_not_said_twice() -> None:
    body = (
        f"Ada writes: “{LONG}. And it did.” Yes.\n\nBo found that “{LONG}”, and left.\n\n"
        "They “stalled. Twice” then."
    )
    first, second, third = points_of(body, quotes_in(body))
    assert first.text == "Ada writes:"
    assert first.pulled[0].text == f"{LONG}. And it did."
    assert second.text == f"Bo found that “{LONG}”, and left."
    assert third.text == "They “stalled.”"


def test_a_short_quotation_is_not_pulled_out() -> None:
    body = "They call it “a better notebook”."
    assert points_of(body, quotes_in(body))[0].pulled == ()


words = st.lists(
    st.sampled_from(["“", "”", LONG, ". ", "\n\n", "> ", "* ", "**", "# ", "```\n", "[[x]]", "é "]),
    max_size=12,
).map("".join)


@given(words)
def test_every_word_is_the_entrys_own(body: str) -> None:
    quotes = quotes_in(body)
    flat = " ".join(body.split())
    pulled: list[Quote] = []
    for point in points_of(body, quotes):
        for text in (point.text, *(text for _, text in point.details)):
            assert "[[" not in text
            # a quotation that goes on behind the sentence is closed at its end
            own = text if text in flat else text.removesuffix("”")
            assert own in " ".join(flat.replace("* ", "").split()) or own in flat
        pulled += point.pulled
    assert set(pulled) <= set(quotes)
    assert len(pulled) <= len(quotes)


# ------------------------------------------------------------------------------------------ pages


def test_an_entrys_companion_has_all_its_parts() -> None:
    text = page()
    for part in (
        '<a href="../../../issues/2026-w13/index.html#4f21c0a9e1">Back to No. 12</a>',
        "Lowtide: Don't build a <em>better</em> student",
        '<p class="subtitle">A sensible shelf which may be hard to reach</p>',
        "The Lowtide group taught a small model to tidy its own notebook, and then to read it.",
        "<strong>How far it went:</strong> The checker was blind to units,",
        "<p>“We had expected the loop to stall in the fourth week. It stalled in the ninth,",
        "the disk was full.”</p>",
        'Bottom line</span> <span class="thesis">paper remembers what models forget</span>',
        "sooner or later keep its own counsel",
        "Notebooks &amp; Their Students</a> by Ada Quill et al.",
        '<span class="venues">· arXiv</span> <span class="venues">· <time datetime="2026-01-02">',
        "the notebook itself</a>",
        'Who reads it?</a> by Em <span class="venues">· Lamps</span>',
        '<span class="venues">· 34 comments</span>',
    ):
        assert part in text, part
    assert text.count("Who reads it?") == 1, "a discussion is no source"


def test_a_pulled_quotation_says_where_it_stands() -> None:
    figure = page().partition('<figure class="pulled">')[2].partition("</figure>")[0]
    assert (
        '<a href="https://arxiv.example/abs/1?b=2&amp;a=1">Notebooks *and* &lt;Students&gt;'
        in figure
    )


def test_the_entry_and_the_issue_lead_to_their_companions() -> None:
    text = page(of="issues/2026-w13/index.html")
    links = read(text.encode()).links
    assert "../../companions/2026-w13/4f21c0a9e1/index.html" in links
    assert "../../companions/2026-w13/index.html" in links


def test_an_issues_companion_is_made_of_its_entries() -> None:
    files = build(sample.config(), [sample.published()], TEMPLATES, pictures=False)
    text = files["companions/2026-w13/index.html"].decode()
    for part in ("Lowtide: Don't build", "Rain can now be ordered", "Import a-idea"):
        assert part in text
    assert text.count('<span class="label">Bottom line</span>') == 2
    assert "Rain, On Demand" in text
    assert text.index("Sources</h2>") < text.index("Discussion</h2>")
    assert "companions/2026-w13/on-registers/" in files["sitemap.xml"].decode()


def test_what_was_not_written_is_left_out() -> None:
    text = page(sample.unfinished().issue.entries[0])
    assert "Bottom line" not in text
    assert "Not yet written" not in text.partition("<main")[2].partition("_points")[2]


def test_headings_in_the_bottom_line_leave_no_gap() -> None:
    why = Why("", "### One\n\nText.\n\n#### Two\n\nMore.")
    files = build(
        sample.config(), [sample.published(12, entries=(sample.entry(why=why),))], TEMPLATES
    )
    for where in ("companions/2026-w13/4f21c0a9e1/index.html", "companions/2026-w13/index.html"):
        assert read(files[where]).headings


def test_an_entry_with_nothing_has_a_companion() -> None:
    assert "Back to No. 12" in page(Entry("k", ""))


def test_a_source_that_no_reader_may_open_is_no_link() -> None:
    bad = Reference("x/1", "Run me", "javascript:alert(1)")
    line = ReadMore("Me too", "javascript:alert(2)")
    text = page(sample.entry(sources=(bad,), read_more=(line,)))
    assert "javascript" not in text
    assert "<em>Run me</em>" in text
    assert "<em>Me too</em>" in text


def test_a_page_is_listed_once_whatever_form_its_address_has() -> None:
    same = Reference("arxiv:2606.01234", "Title", "https://arxiv.org/abs/2606.01234")
    line = ReadMore("The paper", "http://www.arxiv.org/pdf/2606.01234v2", ("arXiv",))
    entry = sample.entry(sources=(same,), read_more=(line,), quotes=(Quote("x", same.item_id),))
    assert page(entry).count("2606.01234") == 1


def test_a_change_to_a_source_that_is_stored_changes_the_page_alone() -> None:
    entry = sample.entry()
    other = replace(entry, sources=(replace(entry.sources[0], authors=("Zo",)),))
    assert "by Zo" in page(other)


# ---------------------------------------------------------------------------------------- addresses


@pytest.mark.parametrize("key", ["4f21c0a9e1", "on-registers", "own-12ab34cd", "a.2"])
def test_a_key_that_names_a_folder_does(key: str) -> None:
    assert paths.companion("2026-w13", key) == f"companions/2026-w13/{key}/index.html"


@given(st.lists(st.text(min_size=1, max_size=200), min_size=2, max_size=6, unique=True))
def test_whatever_the_keys_no_two_companions_are_one_file(keys: list[str]) -> None:
    found = {paths.companion("2026-w13", key) for key in keys}
    assert len({path.casefold() for path in found}) == len(keys)
    for path in found:
        assert path.isascii()
        assert len(path) < 130
        assert ".." not in path


@pytest.mark.parametrize("where", ["extra", "why", "body"])
def test_the_bottom_line_is_the_paragraph_that_says_so(where: str) -> None:
    line = "**Bottom line:** Read the *notebook*\nbefore the student."
    one = sample.entry()
    texts = {
        "extra": {"extra": f"Before.\n\n{line}\n\nAfter."},
        "why": {"why": replace(one.why, text=f"{one.why.text}\n\n{line}")},
        "body": {"body": f"{one.body}\n\n{line}"},
    }
    entry = replace(one, **texts[where])  # type: ignore[arg-type]  # real fields
    files = build(
        sample.config(), [sample.published(12, entries=(entry,))], Templates(), pictures=False
    )
    page = files["companions/2026-w13/4f21c0a9e1/index.html"].decode()
    bottom = page.partition('id="_bottom"')[2].partition("</section>")[0]
    assert "Read the <em>notebook</em>" in bottom
    assert "keep its own counsel" not in bottom
    assert "After." not in bottom
    assert page.count("Bottom line") == 1


def test_without_a_bottom_line_the_judgement_is_one() -> None:
    entry = sample.entry(extra="**Bottom line:** [[bottom-line: in a sentence]]")
    files = build(
        sample.config(), [sample.published(12, entries=(entry,))], Templates(), pictures=False
    )
    page = files["companions/2026-w13/4f21c0a9e1/index.html"].decode()
    assert "keep its own counsel" in page.partition('id="_bottom"')[2]
