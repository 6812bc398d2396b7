"""A draft read, written, and read again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.draft.anatomy import read_entry
from digest.draft.json import from_json, to_json
from digest.draft.read import key_from, parts_of, read
from digest.draft.style import parse_style, style_named
from digest.draft.write import entry_to_markdown, to_markdown
from digest.errors import ConfigError, DraftError, UsageError
from digest.model import Coda, Entry, Issue, ReadMore, Tracked, Why
from tests.draft.making import entry, issue, thorough

WRITTEN = """---
# what the editor wants to remember
issue: 2026-w27
number: 438
title: "Import Kettle 438: Humming; a law; steam" # three of them
subtitle: Do kettles dream?
date: 2026-06-29
status: draft
window: 2026-06-22/2026-06-29
mood: {today: good}
---

Welcome to Import Kettle.

Kettle runs on tea.

<!-- entry 4f21c0a9e1 themes=simulation,policy -->
## Kettle Works: Let's not boil, let's simmer:
*…A sensible aim…*

They write that “steam is a form of patience”.

**What is in a kettle?**

* **Water:** mostly.
* **Air:** the rest.

> “A block of quoted words.”
> — the authors

**Why this matters - patience pays:** Because it does.

And it goes on for a paragraph.

**Read more:** [On Simmering](https://kettle.example/1) (arXiv, [GitHub](https://code.example/k)).

**Find out more at the website:** [Kettle Works](https://kettle.example/).

+ tracker kettles: 2026 | hums | https://kettle.example/
<!-- /entry -->

***

## Mine alone:

I wrote this without markers.

**Read more:** [Here](https://mine.example/).

***

<!-- entry an-essay kind=essay -->
## Import A-Idea: On steam:

Thoughts.
<!-- /entry -->

***

## Tech Tales:

**The Last Cup**

*[2033]*

“Is it you?” it said.

***

It was.

**Things that inspired this story:** Kettles; a walk; [a film](https://film.example/).

**AI usage:** None.

Thanks for reading!

P.S. Write to me.
"""


@pytest.mark.parametrize(
    ("below", "tagline"),
    [
        ("*wry words*\n\nText.", "wry words"),
        ("\n*…wry words…*\n\nText.", "wry words"),
        ("\n…wry words…\n\nText.", "wry words"),
        ("\n*…wry words*\n\nText.", "wry words"),
        ("\n*Last week I was away.*\n\nText.", ""),
    ],
)
def test_a_paragraph_in_italics_is_no_tagline(below: str, tagline: str) -> None:
    text = f"## A headline:\n{below}"
    found = read_entry(text, style_named("import-ai"), key="k")
    assert (found.headline, found.tagline) == ("A headline:", tagline)
    assert found.body == ("Text." if tagline else below.strip())


def test_every_part_has_its_place() -> None:
    found = read(WRITTEN).issue
    first, own, essay = found.entries
    assert (found.id, found.number, found.subtitle) == ("2026-w27", 438, "Do kettles dream?")
    assert found.parts == ("Humming", "a law", "steam")
    assert found.welcome == "Welcome to Import Kettle.\n\nKettle runs on tea."
    assert first.headline == "Kettle Works: Let's not boil, let's simmer:"
    assert first.tagline == "A sensible aim"
    assert first.body.startswith("They write")
    assert first.body.endswith("> — the authors")
    assert first.why == Why("patience pays", "Because it does.\n\nAnd it goes on for a paragraph.")
    assert first.read_more == (
        ReadMore("On Simmering", "https://kettle.example/1", ("arXiv", "[GitHub](https://code.example/k)")),
        ReadMore("Kettle Works", "https://kettle.example/", (), "Find out more at the website"),
    )  # fmt: skip
    assert first.extra == ""
    assert first.tracked == (Tracked("kettles", ("2026", "hums", "https://kettle.example/")),)
    assert first.themes == ("simulation", "policy")
    assert [quote.text for quote in first.quotes] == [
        "steam is a form of patience",
        "A block of quoted words.",
    ]
    assert (own.key, own.headline, own.kind) == ("mine-alone", "Mine alone:", "item")
    assert (essay.key, essay.kind) == ("an-essay", "essay")
    assert found.coda == Coda(
        title="The Last Cup",
        setting="[2033]",
        text="“Is it you?” it said.\n\n***\n\nIt was.",
        inspired=("Kettles", "a walk", "[a film](https://film.example/)"),
        extra="**AI usage:** None.",
    )
    assert found.thanks == "Thanks for reading!"
    assert found.extra == "P.S. Write to me."


def test_reading_and_writing_lose_nothing() -> None:
    once = read(WRITTEN)
    again = read(to_markdown(once.issue))
    assert again.issue == once.issue
    assert to_markdown(again.issue) == to_markdown(once.issue)
    assert sorted(WRITTEN.split()) == sorted(
        to_markdown(once.issue)
        .replace("<!-- entry mine-alone -->", "")
        .replace("<!-- /entry -->", "", 1)
        .split()
    )


def test_json_loses_nothing() -> None:
    once = read(WRITTEN).issue
    value = json.loads(json.dumps(to_json(once), ensure_ascii=False))
    assert " ".join(value) == (
        "id number title parts subtitle date welcome entries coda thanks extra"
    )
    assert " ".join(value["entries"][0]) == (
        "key kind headline tagline body why read_more quotes links themes extra"
    )
    assert set(value["coda"]) == {"kind", "title", "setting", "text", "inspired", "extra"}
    assert to_markdown(from_json(value)) == to_markdown(once)
    assert to_json(from_json(value)) == value


def test_json_keeps_what_the_front_matter_says_beside() -> None:
    made = replace(issue(entry()), status="scheduled")
    value = to_json(made)
    assert value["extra"] == "---\nstatus: scheduled\nwindow: 2026-06-22/2026-06-29\n---\n"
    assert replace(from_json(value), front={}) == made


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"id": "x", "number": "many", "title": "t"},
        {"id": 1, "number": 2, "title": "t", "parts": "abc"},
        {"id": 1, "number": 2, "title": "t", "entries": [3]},
    ],
)
def test_json_that_is_no_issue_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="no issue"):
        from_json(value)


def test_a_new_draft_is_canonical() -> None:
    text = to_markdown(issue(entry(), entry("00ab34cd56")))
    assert to_markdown(read(text).issue) == text
    assert replace(read(text).issue.entries[0], quotes=()) == entry()


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_line_ends_do_not_matter(ends: str) -> None:
    text = WRITTEN.replace("\n", ends)
    assert to_json(read(text).issue) == to_json(read(WRITTEN).issue)
    assert "".join(block.text for block in read(text).blocks) == text


def test_sections_know_their_place() -> None:
    draft = read(WRITTEN)
    lines = WRITTEN.split("\n")
    for section in draft.sections:
        first = section.text.split("\n", 1)[0]
        assert lines[section.line - 1] == first
    assert [section.role for section in draft.sections] == [
        "welcome", "entry", "entry", "entry", "coda", "thanks", "extra",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "entry_read"),
    [
        ("**Why this matters - a thesis:** text", Why("a thesis", "text")),
        ("**Why this matters: a thesis:** text", Why("a thesis", "text")),
        ("**Why this matters -a thesis:** text", Why("a thesis", "text")),
        ("**Why this matters – a thesis**: text", Why("a thesis", "text")),
        ("**Why this matters:** text with **bold** words", Why("", "text with **bold** words")),
        ("**Why this matters - who pays?** text", Why("who pays?", "text")),
        ("**Why this matters - a thesis:**\n\n- a\n- list", Why("a thesis", "- a\n- list")),
        ("**Why this matters - a *real* one:**\ntext", Why("a *real* one", "text")),
        ("**Why this matters - one:** a\n\n**Why this matters - two:** b",
         Why("one", "a\n\n**Why this matters - two:** b")),
        ("**Why this matters - never closed\n\na **bold** word", Why()),
    ],
)  # fmt: skip
def test_the_forms_of_why(text: str, entry_read: Why) -> None:
    draft = _one(f"## A:\n\nbody\n\n{text}\n\n**Read more:** [t](https://a.example/)")
    assert draft.why == entry_read
    again = _one(entry_to_markdown(draft))
    assert replace(again, key="") == replace(draft, key="")
    assert "never closed" not in text or "never closed" in draft.body


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "**Read more:** [T](https://a.ex/x) (arXiv).",
            [ReadMore("T", "https://a.ex/x", ("arXiv",))],
        ),
        ("**Read more**: [T](https://a.ex/x)", [ReadMore("T", "https://a.ex/x")]),
        ("**Read more**\n\n:\n[T [v2]](https://a.ex/x)", []),
        (
            "**Read more:**\n[T](https://a.ex/x_(y))\n(A, B (c), pdf).",
            [ReadMore("T", "https://a.ex/x_(y)", ("A", "B (c)", "pdf"))],
        ),
        ("**Read more:** [T](<https://a.ex/(x>).", [ReadMore("T", "https://a.ex/(x")]),
        ("**Read more:** A title (Gazette).", [ReadMore("A title", "", ("Gazette",))]),
        ("**Read more:** [[read: an address]]", [ReadMore("[[read: an address]]", "")]),
        ("**Read more:** [a](https://a.ex/) and [b](https://b.ex/).", []),
        (
            "**Read more:** [a](https://a.ex/).\n**Get the data here:** [b](https://b.ex/) (D).",
            [
                ReadMore("a", "https://a.ex/"),
                ReadMore("b", "https://b.ex/", ("D",), "Get the data here"),
            ],
        ),
    ],
)
def test_the_forms_of_read_more(text: str, expected: list[ReadMore]) -> None:
    found = _one(f"## A:\n\nbody\n\n**Why this matters:** so\n{text}")
    assert list(found.read_more) == expected
    if not expected:
        assert text.replace("\n", "") in found.extra.replace("\n", "")


@pytest.mark.parametrize(
    ("tagline", "expected"),
    [
        ("*…wry…*", "wry"),
        ("…wry…", "wry"),
        ("*...wry...*", "wry"),
        ("_wry_", "wry"),
        ("*…*really* wry…*", "*really* wry"),
        ("**not wry**", ""),
        ("wry", ""),
    ],
)
def test_the_forms_of_a_tagline(tagline: str, expected: str) -> None:
    found = _one(f"## A:\n{tagline}\n\nbody\n\n**Read more:** [t](https://a.example/).")
    assert found.tagline == expected
    assert expected or tagline in found.body


def _one(text: str) -> Entry:
    front = "---\nissue: x\nnumber: 1\ntitle: T 1\n---\n\nHello.\n\n***\n\n"
    (found,) = read(f"{front}{text}\n\n***\n\nThanks for reading!\n").issue.entries
    return replace(found, links=(), quotes=())


@pytest.mark.parametrize(
    ("damage", "line", "says"),
    [
        (("<!-- /entry -->\n", ""), 17, "4f21c0a9e1 is not closed before the next"),
        (("<!-- entry 4f21c0a9e1 themes=simulation,policy -->\n", ""), 39, "none is open"),
        (("<!-- entry an-essay", "<!-- entry 4f21c0a9e1"), 52, "a second time, first on line 17"),
        (("kind=essay", "kind=sonnet"), 52, "kind=sonnet"),
        (("kind=essay", "mood=good"), 52, "mood=good"),
        (("<!-- entry an-essay", "<!— entry an-essay"), 52, "cannot be read as one"),
        (("<!-- entry 4f21c0a9e1 ", "<!-- entry "), 17, "cannot be read as one"),
        (("---\n# what", "# what"), 1, "does not begin with its front matter"),
        (("mood: {today: good}\n---\n", ""), 1, "no end"),
        (("number: 438", "number: [438"), 5, "not YAML"),
        (("number: 438", "number: many"), 4, "must be a whole number"),
        (("number: 438\n", ""), 1, "number is missing"),
        (("title: ", "title: [[part]] #"), 5, "must be a text"),
        (("date: 2026-06-29", "date: soon"), 7, "must be a day"),
        (("status: draft", "status: nearly"), 8, "must be one of draft, scheduled, published"),
        (("2026-06-22/2026-06-29", "2026-06-22"), 9, "must be two days"),
    ],
)  # fmt: skip
def test_damage_is_refused_with_its_line(damage: tuple[str, str], line: int, says: str) -> None:
    text = WRITTEN.replace(*damage, 1)
    assert text != WRITTEN
    with pytest.raises(DraftError) as refused:
        read(text, "data/drafts/x.md")
    assert says in refused.value.message
    assert refused.value.where == f"data/drafts/x.md:{line}"
    assert refused.value.cure


def test_a_coda_that_was_deleted_is_absent() -> None:
    text = to_markdown(issue(entry()))
    start = text.index("## Tech Tales:")
    found = read(text[:start] + "Until next week.\n").issue
    assert found.coda is None
    assert found.thanks == "Until next week."
    assert read(to_markdown(found)).issue == found


def test_own_thanks_behind_a_tale() -> None:
    found = read(to_markdown(issue(entry(), thanks="Until next week."))).issue
    assert found.thanks == "Until next week."
    assert found.coda
    assert found.coda.extra == ""


def test_a_draft_without_entries() -> None:
    made = issue()
    assert replace(read(to_markdown(made)).issue, front={}) == made


@pytest.mark.parametrize("style", ["import-ai", "brief"])
def test_each_style_is_read_as_it_is_written(style: str) -> None:
    made = entry(extra="What we think of it." if style == "brief" else "")
    made = replace(made, tagline="" if style == "brief" else made.tagline)
    text = to_markdown(issue(made), style)
    found = read(text)
    assert found.style == style_named(style)
    assert replace(found.issue.entries[0], quotes=()) == made
    assert to_markdown(found.issue, style) == text


def test_a_style_is_a_file() -> None:
    style = parse_style(
        "mine", "## {headline}\n\n**In short:** {body}\n\n**So what:** {why: say}\n\n{references}"
    )
    made = replace(entry(), tagline="", why=Why("", "It is."))
    text = entry_to_markdown(made, style)
    assert "**In short:** The authors" in text
    assert "**So what:** It is." in text
    with pytest.raises(ConfigError, match="no entry has"):
        parse_style("mine", "{headline} {body} {mood}")
    with pytest.raises(ConfigError, match="lacks"):
        parse_style("mine", "{headline}")
    with pytest.raises(ConfigError, match="no style of draft called 'sonnet'"):
        style_named("sonnet")


def test_keys_of_own_entries() -> None:
    assert key_from("Café culture: a *law*", "", ()) == "cafe-culture-a-law"
    assert key_from("Mine", "", {"mine", "mine-2"}) == "mine-3"
    assert key_from("茶", "b", ()).startswith("own-")
    assert len(key_from("word " * 40, "", ())) <= 40


def test_parts_of_titles() -> None:
    assert parts_of("Import AI 437: Co-improving AI; RL dreams; AI labels") == (
        "Co-improving AI", "RL dreams", "AI labels",
    )  # fmt: skip
    assert parts_of("Import AI 437") == ()
    assert parts_of("A title: with a colon") == ()


WORDS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=40)


@thorough
@given(WORDS, WORDS, WORDS)
def test_no_word_typed_into_an_entry_is_lost(one: str, two: str, three: str) -> None:
    text = to_markdown(issue(entry())).replace("The authors write", f"{one} The authors write")
    text = text.replace("[[why: two or three sentences of your own]]", two)
    text = text.replace("<!-- /entry -->", f"{three}\n<!-- /entry -->")
    try:
        once = read(text).issue
    except DraftError:
        return  # what was typed looks like a marker
    said = json.dumps(to_json(once), ensure_ascii=False)
    for typed in (one, two, three):
        for word in typed.split():
            core = word.strip('*_…#.:`~>+-()[]\\"')
            assert json.dumps(core, ensure_ascii=False)[1:-1] in said
    assert isinstance(once, Issue)
