"""What `check` says of a draft, and where."""

from __future__ import annotations

from datetime import date

import pytest

from digest.draft.check import Habits, Problem, check
from digest.draft.material import SourceText
from digest.draft.read import read

TEXT = (
    "We introduce HumKettle, an open kettle that hums nine tones while its water is still cold. "
    "It outperforms three commercial kettles by 14% and it does not whistle at all."
)
SOURCES = {
    "4f21c0a9e1": [
        SourceText("arxiv:1", 1, TEXT, "HumKettle: Learning Patience from the Rain"),
        SourceText("arxiv:1", 2, TEXT.replace("nine", "ten"), "HumKettle"),
    ],
    "00ab34cd56": [
        SourceText("gazette/1", 1, "The mayor called the result unsettling and loud.", "Hum")
    ],
}

DRAFT = """---
issue: 2026-w27
number: 438
title: "Import Kettle 438: Humming; a law; steam"
date: 2026-06-29
status: draft
---

Welcome to Import Kettle.

<!-- entry 4f21c0a9e1 themes=policy -->
## A kettle hums:
*…Softly…*

The authors “introduce HumKettle, an open kettle that hums nine tones”. I like it.

**Why this matters - patience:** It is scarce.

**Read more:** [HumKettle: Learning Patience from the Rain](https://kettle.example/1) (arXiv).
<!-- /entry -->

***

<!-- entry 00ab34cd56 themes=policy -->
## A mayor objects:

“The mayor called the result unsettling and loud,” it says.

**Read more:** [Hum](https://gazette.example/hum).
<!-- /entry -->

***

## Tech Tales:

**The Cup**

“Nobody ever said these very words before,” it said.

Thanks for reading!
"""


def found(old: str = "", new: str = "", habits: Habits | None = None) -> list[Problem]:
    assert old in DRAFT
    draft = read(DRAFT.replace(old, new, 1) if old else DRAFT)
    return check(draft, SOURCES, habits=habits or Habits())


def only(old: str = "", new: str = "", habits: Habits | None = None) -> Problem:
    (problem,) = found(old, new, habits)
    assert problem.message
    assert problem.cure
    return problem


def test_a_finished_draft_has_no_problems() -> None:
    assert found() == []


def test_an_empty_slot() -> None:
    problem = only("Softly", "[[tagline: one wry line]]")
    assert (problem.severity, problem.code, problem.line) == ("error", "empty-slot", 13)
    assert problem.column == 3
    assert problem.key == "4f21c0a9e1"
    assert "one wry line" in problem.message
    assert only("Humming;", "[[part]];").line == 4
    assert only("**The Cup**", "**[[title]]**").line == 36


@pytest.mark.parametrize("quiet", ["`[[x]]`", "<!-- [[x]] -->", "\\[[x]]", "[[1, 2]]"])
def test_what_is_no_slot(quiet: str) -> None:
    assert found("It is scarce", f"It is {quiet}") == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hums nine tones", "hums eight tones"),
        ("an open kettle", "an kettle"),
        ("introduce", "did not introduce"),
    ],
)
def test_a_quotation_that_differs_names_the_nearest_passage(old: str, new: str) -> None:
    problem = only(old, new)
    assert (problem.severity, problem.code) == ("error", "unverified-quote")
    assert (problem.line, problem.column) == (15, 13)
    assert "HumKettle, an open kettle that hums nine tones" in problem.cure


@pytest.mark.parametrize(
    "quotation",
    [
        "“introduce HumKettle, an open kettle that hums ten tones”",  # the second version says so
        '"[I]ntroduce HumKettle … that hums nine tones"',
        "“Its water is still cold”",
        "“three words only”",
        "the paper “HumKettle: Learning Patience from the Rain”",
        "> It outperforms three commercial kettles by 14%\n> — the authors",
    ],
)
def test_quotations_that_stand_in_a_source(quotation: str) -> None:
    assert found("I like it.", f"\n\n{quotation}\n") == []


def test_a_quotation_from_nowhere() -> None:
    words = "As they say, “never trust a humming thing at night”."
    assert only("I like it.", words).code == "unverified-quote"
    linked = f"{words} [The saying](https://sayings.example/)."
    assert only("I like it.", linked).code == "outside-quote"
    assert only("I like it.", linked).severity == "warning"
    elsewhere = "“The mayor called the result unsettling and loud.”"
    assert only("I like it.", elsewhere).code == "quote-elsewhere"


def test_a_link_does_not_excuse_a_wrong_quotation() -> None:
    wrong = "[Here](https://kettle.example/2) “it outperforms four commercial kettles by 14%”."
    assert only("I like it.", wrong).code == "unverified-quote"


def test_copied_text_without_quotation_marks() -> None:
    copied = "It outperforms three commercial kettles by 14% and it does not whistle at all"
    problem = only("I like it.", f"So: {copied}.")
    assert (problem.severity, problem.code) == ("error", "copied-text")
    assert (problem.line, problem.column) == (15, 77)
    assert problem.message.startswith("14 words of “HumKettle")
    assert found("I like it.", " ".join(copied.split()[:11])) == []
    assert found("I like it.", f"“{copied}”") == []
    assert found("I like it.", copied.replace("kettles", "“kettles”")) == []
    assert found("I like it.", copied.replace("by 14%", "[[x: y]]"))[0].code == "empty-slot"


def test_missing_read_more() -> None:
    problem = only("**Read more:** [Hum](https://gazette.example/hum).\n", "")
    assert (problem.severity, problem.code, problem.line) == ("error", "no-read-more", 25)
    essay = DRAFT.replace("00ab34cd56 themes", "00ab34cd56 kind=essay themes")
    essay = essay.replace("**Read more:** [Hum](https://gazette.example/hum).\n", "")
    assert check(read(essay), SOURCES) == []


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("[a]()", "empty"),
        ("[a](kettle.example)", "kettle.example"),
        ("[a](htp://kettle.example)", "htp://"),
        ("[a](https:/kettle.example)", "https:/"),
        ("[a](https://)", "https://"),
        ("[a](javascript:alert(1))", "javascript"),
        ("[a](https://kettle.example/a b)", "https://kettle.example/a"),
        ("[a](https://kettle.example/a", "https://kettle.example/a"),
        ("[a] (https://kettle.example/a)", "https://kettle.example/a"),
    ],
)
def test_malformed_links(link: str, shown: str) -> None:
    problem = only("I like it.", f"I like {link}")
    assert (problem.severity, problem.code, problem.line) == ("error", "malformed-link", 15)
    assert shown in problem.message


@pytest.mark.parametrize(
    "link",
    [
        "[a](https://kettle.example/a_(b))",
        "[a](<https://kettle.example/a b>)",
        '[a](https://kettle.example "A title")',
        "[a](mailto:me@kettle.example)",
        "[a](#below)",
        "`[a]()`",
        "a [note] (in brackets)",
    ],
)
def test_sound_links(link: str) -> None:
    assert found("I like it.", f"I like {link}.") == []


def test_a_repeated_address() -> None:
    problem = only("https://gazette.example/hum", "http://www.kettle.example/1/?utm_source=x")
    assert (problem.code, problem.line) == ("repeated-address", 29)
    assert "line 19" in problem.message


def test_a_forged_marker() -> None:
    problem = only("I like it.", "> <!-- entry 00ab34cd56 -->")
    assert (problem.severity, problem.code, problem.line) == ("error", "forged-marker", 15)


def test_other_issues() -> None:
    numbered = only(habits=Habits(numbers={438: "2026-w20"}))
    assert (numbered.code, numbered.line) == ("duplicate-number", 3)
    assert found(habits=Habits(numbers={438: "2026-w27"}, last=date(2026, 6, 22))) == []
    late = only(habits=Habits(last=date(2026, 6, 29)))
    assert (late.code, late.severity, late.line) == ("date-order", "error", 5)


def test_warnings() -> None:
    assert only(": Humming; a law; steam", "").code == "no-parts"
    assert only(" themes=policy", "").code == "no-theme"
    assert only("## A mayor objects:\n\n", "").code == "no-headline"
    covered = only(habits=Habits(covered={"4f21c0a9e1": ["Import Kettle 400"]}))
    assert (covered.code, covered.line, covered.severity) == ("covered", 12, "warning")
    assert "Import Kettle 400" in covered.message
    news = only(habits=Habits(news={"4f21c0a9e1": ["Hill Gazette"]}))
    assert (news.code, "--diff 4f21c0a9e1" in news.cure) == ("new-source", True)
    dead = only(habits=Habits(dead={"https://gazette.example/hum": "404"}))
    assert (dead.code, dead.line) == ("dead-link", 29)
    assert only(habits=Habits(usual_words=(500, 900))).code == "length"
    machine = DRAFT[DRAFT.index("The authors “") : DRAFT.index("**Why this")]
    assert only(habits=Habits(machine={"4f21c0a9e1": [machine]})).code == "machine-words"


def test_own_entries() -> None:
    own = "***\n\n## Mine alone\n\nI wrote this. “Nobody has ever said this sentence.”\n\n***"
    codes = [problem.code for problem in found("***", own)]
    assert codes == ["no-read-more", "unverified-quote"]
    copied = own.replace("I wrote this.", TEXT)
    assert "copied-text" in [problem.code for problem in found("***", copied)]


def test_problems_come_in_order_of_lines() -> None:
    text = (
        DRAFT.replace("Softly", "[[tagline]]")
        .replace("nine", "six")
        .replace("The Cup", "[[title]]")
    )
    problems = check(read(text.replace("\n", "\r\n")), SOURCES)
    assert [(problem.line, problem.code) for problem in problems] == [
        (13, "empty-slot"),
        (15, "unverified-quote"),
        (36, "empty-slot"),
    ]


def test_a_sentence_of_the_machine_is_told_of_where_the_rest_was_rewritten() -> None:
    sentence = "A kettle has been made that hums while it waits for rain."
    machine = f"<!-- entry 4f21c0a9e1 -->\n{sentence} It is red.\n<!-- /entry -->"
    habits = Habits(machine={"4f21c0a9e1": [machine]})
    assert "kettle has been made" in only("I like it.", f"I like it. {sentence}", habits).message
    assert found("I like it.", "I like it. It is red.", habits) == []


OUTLETS = {
    "4f21c0a9e1": [
        SourceText("arxiv:1", 1, TEXT, "HumKettle", ("Ada Kettle",), "https://k.example/1", True),
        SourceText(
            "gazette/1", 1, "The mayor called the result unsettling and loud.", "Hum",
            ("Bo Meadow", "The Gazette"), "https://gazette.example/hum",
        ),
    ]
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("The authors say “the result unsettling and loud”.", True),
        ("“The result unsettling and loud”, the mayor said. The authors disagree.", False),
        ("Ada Kettle writes of “the result unsettling and loud”.", True),
        ("“The result unsettling and loud”, [says the paper](https://k.example/1).", True),
        ("“The result unsettling and loud”, Meadow reports in The Gazette.", False),
        ("Of the kettle Bo Meadow quotes “an open kettle that hums nine tones”.", True),
        ("The authors build “an open kettle that hums nine tones”.", False),
        ("Somebody says “the result unsettling and loud”.", False),
        ("Ada Kettle and Bo Meadow find “the result unsettling and loud”.", False),
    ],
)
def test_a_quotation_under_another_name_is_told_of(words: str, wrong: bool) -> None:
    draft = read(DRAFT.partition("***")[0].replace("I like it.", words))
    codes = [(one.code, one.severity) for one in check(draft, OUTLETS)]
    assert codes == ([("quote-misattributed", "warning")] if wrong else [])
