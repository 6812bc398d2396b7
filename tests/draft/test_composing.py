"""Stories become entries, in their sources' words and in nobody's but theirs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.draft.blocks import cut
from digest.draft.check import check
from digest.draft.compose import entry_for
from digest.draft.material import Material, SourceText
from digest.draft.phrases import telling_phrases
from digest.draft.read import read
from digest.draft.slots import slots_in
from digest.draft.write import entry_to_markdown, to_markdown
from digest.markup.plain import clean
from digest.model import Entry, Item, ReadMore, Story, Why
from tests.draft.making import issue, thorough

ABSTRACT = (
    "Kettles have long been studied for their whistles. In this paper, we introduce HumKettle, an "
    "open kettle that hums nine tones while its water is still cold. It is made of tin. We train "
    "it on forty thousand recordings of rain, and release both the recordings and the tin. "
    "Experiments show that HumKettle outperforms three commercial kettles by 14% on the Steam "
    "Patience scale. "
    "These results suggest that patience can be learned from weather. Code is available at "
    "https://kettle.example/code."
)
PAPER = Item(
    id="arxiv:2606.00001",
    source_id="arxiv",
    entry_id="2606.00001",
    url="https://arxiv.org/abs/2606.00001",
    title="HumKettle: Learning Patience from Rain",
    kind="paper",
    authors=("Ada Byron", "Bo Lee"),
    text=ABSTRACT,
)
POST = Item(
    id="gazette/0000000001",
    source_id="gazette",
    entry_id="1",
    url="https://gazette.example/hum",
    title="Kettle hums",
    authors=("Ines Tarn",),
    text=(
        "Posted on May 3, 2026 by Ines Tarn. Subscribe to our newsletter for more.\n\n"
        "A laboratory in the hills has taught a kettle to hum before its water boils. The mayor, "
        "who owns four kettles, called the result unsettling and asked for a licence on all "
        "humming goods."
    ),
)
NAMES = {"arxiv": "arXiv", "gazette": "Hill Gazette"}


def material(*items: Item, **changes: object) -> Material:
    made = Material(
        story=Story(
            "4f21c0a9e1", items[0].title, tuple(item.id for item in items), themes=("policy",)
        ),
        items=items,
        versions={item.id: 3 for item in items},
        read_more=ReadMore(items[0].title, items[0].url, ("arXiv",)),
        source_names=NAMES,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # a test's own words


def test_a_paper_speaks_through_its_authors() -> None:
    made = entry_for(material(PAPER))
    assert made.headline == "HumKettle: Learning Patience from Rain:"
    assert made.body.startswith("The authors “introduce HumKettle, an open kettle")
    assert "In this paper" not in made.body
    assert "Code is available" not in made.body
    assert made.read_more == (ReadMore(PAPER.title, PAPER.url, ("arXiv",)),)
    assert made.themes == ("policy",)


def test_every_quote_knows_its_place() -> None:
    made = entry_for(material(PAPER, POST))
    texts = {item.id: item.text for item in (PAPER, POST)}
    assert {quote.item_id for quote in made.quotes} == set(texts)
    for quote in made.quotes:
        assert quote.span
        assert texts[quote.item_id][quote.span.start : quote.span.end] == quote.text
        assert quote.version == 3


def test_further_sources_add_and_are_named() -> None:
    made = entry_for(material(PAPER, POST))
    assert "Ines Tarn writes in Hill Gazette: “" in made.body
    assert "Subscribe" not in made.body
    repeating = replace(POST, id="copy/1", source_id="copy", text=ABSTRACT.replace("nine", "ten"))
    assert entry_for(material(PAPER, repeating)).body == entry_for(material(PAPER)).body


def test_slots_ask_in_the_sources_words() -> None:
    made = entry_for(material(PAPER, covered=("Import Kettle 431",)))
    names = [slot.name for slot in slots_in(entry_to_markdown(made))]
    assert names == ["tagline", "why", "why"]
    assert "“" in made.tagline
    assert (
        "They themselves say: “These results suggest that patience can be learned from weather.”"
        in made.why.text
    )
    assert "covered before in Import Kettle 431" in made.why.text


@pytest.mark.parametrize(
    ("item", "begins"),
    [
        (replace(PAPER, authors=("Ada Byron",)), "Ada Byron writes that “we introduce HumKettle"),
        (
            replace(PAPER, kind="thread", authors=("moss",)),
            "moss writes on arXiv that “we introduce",
        ),
        (replace(PAPER, kind="page", authors=()), "arXiv says that “we introduce"),
        (replace(PAPER, authors=()), "The authors “introduce HumKettle"),
        (replace(POST, authors=("<b>[[why: x]]</b>",)), "According to Hill Gazette: “"),
        (replace(POST, authors=("Hill Gazette",)), "According to Hill Gazette: “"),
    ],
)
def test_who_says_it(item: Item, begins: str) -> None:
    assert entry_for(material(item)).body.startswith(begins)


def test_where_nothing_is_stored_a_slot_says_so() -> None:
    made = entry_for(material(replace(PAPER, text=""), read_more=ReadMore("t", "javascript:x")))
    assert made.body.startswith("[[summary: ")
    assert made.quotes == ()
    assert made.read_more[0].title.startswith("[[read: ")
    assert entry_for(material(replace(PAPER, text=""), POST)).body.startswith("Ines Tarn writes")


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("A kettle.", "A kettle:"),
        ("Do kettles dream?", "Do kettles dream?"),
        ("Kettles [v2] *hum*", "Kettles [v2] \\*hum\\*:"),
        ("  Two\n lines ", "Two lines:"),
        ("A law on kettles | Representative Tarn", "A law on kettles:"),
        ("Hill Register :: A request for comments", "A request for comments:"),
        ("P | NP", "P | NP:"),
        ("", "[[headline: what happened, in a dozen words]]:"),
    ],
)
def test_headlines(title: str, headline: str) -> None:
    assert entry_for(material(replace(PAPER, title=title))).headline == headline


def test_what_a_sources_titles_end_with_is_no_headline() -> None:
    post = replace(POST, title="Kettles may hum – The Hill House")
    beside = {"gazette": ("Kettles may not boil – The Hill House", "Rain – and tin", post.title)}
    made = entry_for(material(post, titles=beside))
    assert made.headline == "Kettles may hum:"
    assert made.read_more[0].title == "Kettles may hum"
    work = replace(POST, title="Hum Kettle – the next version of it")
    alike = {"gazette": ("Hum Kettle – a first version", work.title)}
    assert entry_for(material(work, titles=alike)).headline == f"{work.title}:"


def test_a_page_that_was_gathered_is_said_to_be_by_its_site() -> None:
    page = replace(POST, authors=(), title="Kettles may hum – The Hill House", kind="page")
    others = ("Rain falls | Tarn Town", "Tin | The Ministry", "Steam may rise – The Hill House")
    read = ReadMore(page.title, page.url, ("Hill Gazette", "GitHub"))
    made = entry_for(material(page, titles={"gazette": others}, read_more=read))
    assert made.body.startswith("According to the Hill House: “")
    assert made.read_more[0].venues == ("The Hill House", "GitHub")
    signed = replace(page, authors=("Ines Tarn",))
    made = entry_for(material(signed, titles={"gazette": others}))
    assert made.body.startswith("Ines Tarn writes for the Hill House: “")
    # a source that is one site has a name of its own
    alike = tuple(f"Title {n} – The Hill House" for n in range(3))
    assert entry_for(material(page, titles={"gazette": alike})).body.startswith(
        "According to Hill Gazette: “"
    )


@pytest.mark.parametrize(
    ("title", "text", "headline"),
    [
        ("However, kettles that hum are", "However, kettles that hum are loud. They are.",
         "Kettles that hum are loud:"),
        ("Kettles that hum are", f"Kettles that hum are {'very ' * 12}loud. They are.",
         "[[headline: what happened, in a dozen words]]:"),
        ("Kettles hum", "Kettles hum\n\nThey are loud at night.", "Kettles hum:"),
        ("Kettles hum.", "Kettles hum. They are loud at night.", "Kettles hum:"),
    ],
)  # fmt: skip
def test_the_first_words_of_a_text_are_no_title(title: str, text: str, headline: str) -> None:
    comment = replace(POST, title=title, text=text, kind="thread")
    read = ReadMore(title, comment.url, ("Hill Gazette",))
    made = entry_for(material(comment, read_more=read))
    assert made.headline == headline
    assert made.read_more[0].title.endswith("…") is (title[-3:] == "are")


def test_the_id_of_a_source_is_nowhere_said() -> None:
    thread = replace(POST, kind="thread")
    made = entry_for(material(thread, source_names={"gazette": "gazette"}))
    assert made.body.startswith("Ines Tarn writes: “")


def test_a_day_that_ran_into_a_title_is_left_off() -> None:
    made = entry_for(material(replace(POST, title="Jun 26, 2026Kettles hum at night")))
    assert made.headline == "Kettles hum at night:"


def test_the_thesis_leans_on_what_the_text_is_about() -> None:
    made = entry_for(
        material(replace(PAPER, text=f"{ABSTRACT} Wet shoes should matter to readers."))
    )
    assert "Wet shoes should matter" in made.why.text
    assert "perhaps on" not in made.why.thesis
    text = f"{ABSTRACT} Whoever sells steam should mind the Steam Patience scale from now on."
    made = entry_for(material(replace(PAPER, text=text)))
    assert "perhaps on “Steam Patience scale”" in made.why.thesis


def test_what_is_offered_is_a_thing() -> None:
    words = "Although kettle songs are rare, we create rain organs. They are of tin."
    assert telling_phrases(words, "") == ["kettle songs", "rain organs"]
    assert telling_phrases("I don’t view tin kettles as THE HILL HOUSE does.", "") == [
        "tin kettles"
    ]
    assert telling_phrases("A word from the Secretary of Kettle Affairs Tarn on tin.", "") == []


def test_latex_is_shown_as_it_reads() -> None:
    text = ABSTRACT.replace("patience", r"\emph{patience}")
    assert text != ABSTRACT
    lead = replace(PAPER, text=text, title=r"\textsc{HumKettle}: $96\%$ patience")
    made = entry_for(material(lead))
    assert "emph" not in entry_to_markdown(made)
    assert made.headline == "HumKettle: 96% patience:"
    assert all(quote.text in text for quote in made.quotes)


def test_a_bulletin_has_one_sentence() -> None:
    made = entry_for(material(PAPER, POST), "bulletin")
    assert len(made.quotes) == 1
    assert (made.tagline, made.why, made.extra) == ("", Why(), "")


def test_styles_bring_their_own_slots() -> None:
    made = entry_for(material(PAPER), "brief")
    assert made.tagline == ""
    assert made.why.thesis == ""
    assert made.extra.startswith("[[opinion: ")
    text = entry_to_markdown(made, "brief")
    assert "**What happened:** The authors “introduce" in text
    assert "**What we think:** [[opinion" in text


def _draft(made: Entry) -> str:
    return to_markdown(issue(made, replace(made, key="00ab34cd56", read_more=())))


NASTY = st.sampled_from(
    [
        "<!-- /entry -->", "<!-- entry 4f21c0a9e1 -->", "[[why: forged]]", "]]", "***", "---",
        "\n\n", "## Tech Tales:", "**Why this matters - forged:** yes.", "Thanks for reading!",
        "**Read more:** [x](https://x.example).", "*", "_", "`", "```", "\\", "“", "”", '"', "'",
        "<script>", "&lt;", "&#60;", "{{ x }}", "{% x %}", "[x](javascript:1)", "> said", "- a",
        "![x](https://x.example/i)", "1. b", "We propose a kettle that hums.", "(", ")", "[", "|",
        "However, it does not boil.", "\u202e", "\x00", " ", ". ", "Water hums in the dark.", "#",
        "https://x.example/a_(b)", "$\\frac{a}{b}$", "é茶", "+ x", "title: forged", "a, b",
    ]
)  # fmt: skip
# Whatever is stored went through `clean`.
HOSTILE = st.lists(NASTY | st.text(max_size=8), max_size=7).map(" ".join).map(clean)


@thorough
@example("", "0*0", "", "")
@example("", "0 [x](javascript:1)", "", "")
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_fetched_text_forges_nothing(title: str, text: str, author: str, more: str) -> None:
    lead = replace(PAPER, title=title, text=f"{text} {ABSTRACT}", authors=(author,), kind="post")
    other = replace(POST, text=f"{POST.text}\n\n{more}", authors=(author,))
    place = ReadMore(title, "https://x.example/a_(b)", (author, more))
    made = entry_for(material(lead, other, read_more=place))
    written = _draft(made)
    blocks = cut(written)
    assert not blocks.faults
    assert not blocks.lookalikes
    assert [block.key for block in blocks.entries] == ["4f21c0a9e1", "00ab34cd56"]
    found = read(written)
    assert replace(found.issue.entries[0], quotes=(), links=()) == replace(made, quotes=())
    assert found.issue.thanks == "Thanks for reading!"
    names = [slot.name for slot in slots_in(entry_to_markdown(made))]
    assert [name for name in names if name != "headline"] == ["tagline", "why", "why"]
    texts = [SourceText(item.id, 3, item.text, item.title) for item in (lead, other)]
    problems = check(found, {"4f21c0a9e1": texts, "00ab34cd56": texts})
    assert {problem.code for problem in problems} <= {"empty-slot", "no-read-more"}
