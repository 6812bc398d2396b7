"""Where a text repeats a source at length."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.language.copying import Copied, runs
from digest.model import Span
from tests.growth import assert_linear
from tests.language.prose import PAPER, POST, RULE, STORY, TEXTS

COPIED = "it proposes, runs and judges each change without help: in 41 of 60 trials the new recipe"


def told(text: str, least: int = 12) -> list[tuple[str, int]]:
    return [(text[run.span.start : run.span.end], run.index) for run in runs(text, TEXTS, least)]


def test_a_copied_run_is_told_with_its_source() -> None:
    text = f"So far our own words, then {COPIED} and our own again."
    assert told(text) == [(COPIED, 0)]


def test_case_marks_and_breaks_do_not_hide_it() -> None:
    hidden = (
        "It proposes — runs, “and” judges *each*\nchange without help; in 41 of 60 trials THE new"
    )
    assert told(f"We say: {hidden}!") == [(hidden, 0)]


def test_eleven_words_are_no_copy_and_twelve_are() -> None:
    eleven = " ".join(COPIED.split()[:11])
    assert told(f"x {eleven} y") == []
    twelve = " ".join(COPIED.split()[:12])
    assert told(f"x {twelve} y") == [(twelve, 0)]
    assert told(f"x {' '.join(COPIED.split()[:5])} y", least=5) == [
        ("it proposes, runs and judges", 0)
    ]


def test_two_runs_and_two_sources() -> None:
    one = " ".join(POST.split()[:20])
    two = " ".join(RULE.split()[5:40])
    assert told(f"{one} our own words between {two}") == [
        (one.rstrip(",;."), 1),
        (two.rstrip(",;."), 2),
    ]


def test_the_longest_is_told_once() -> None:
    words = [f"w{n}" for n in range(60)]
    sources = [" ".join(words[10:30]), " ".join(words[12:50]), " ".join(words[15:28])]
    text = " ".join(words)
    assert [(text[r.span.start : r.span.end].split(), r.index) for r in runs(text, sources)] == [
        (words[10:30], 0),
        (words[12:50], 1),
    ]


def test_a_quotation_blanked_out_divides_a_copy() -> None:
    words = COPIED.split()
    middle = " ".join(words[6:9])
    assert told(COPIED.replace(middle, " " * len(middle))) == []


@given(st.integers(0, 10**6))
@settings(max_examples=50)
def test_runs_are_what_they_say(seed: int) -> None:
    chance = random.Random(seed)
    pool = [word for text in TEXTS for word in re.findall(r"[A-Za-z]+", text)]
    pieces = []
    for _ in range(5):
        words = chance.choice(TEXTS).split()
        start = chance.randrange(len(words))
        pieces += words[start : start + chance.randint(1, 25)]
        pieces += chance.sample(pool, 3)
    text = " ".join(pieces)
    ends = 0
    for run in runs(text, TEXTS):
        passage = _words(text[run.span.start : run.span.end])
        assert len(passage) >= 12
        assert f" {' '.join(passage)} " in f" {' '.join(_words(TEXTS[run.index]))} "
        assert run.span.end > ends
        ends = run.span.end


def _words(text: str) -> list[str]:
    return [
        word.replace("’", "'").lower()
        for word in re.findall(r"-?\d[\d.,]*\d|[^\W_]+(?:['’][^\W_]+)*", text)
    ]


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=3), st.integers(1, 4))
def test_places_are_in_the_text(text: str, sources: list[str], least: int) -> None:
    for run in runs(text, sources, least):
        assert isinstance(run, Copied)
        assert 0 <= run.span.start < run.span.end <= len(text)


def test_a_text_copied_whole() -> None:
    assert runs(STORY, [STORY]) == [Copied(Span(0, len(STORY.rstrip(".\n"))), 0)]
    assert runs("", [STORY]) == []
    assert runs(PAPER, []) == []


@pytest.mark.parametrize(
    "flood",
    [
        lambda k: ("the " * 5_000 * k, "the " * 5_000 * k),
        lambda k: ("a b " * 2_500 * k, "b a " * 2_500 * k),
        lambda k: (PAPER * 8 * k, PAPER * 25 * k),
        # a draft of some 5,000 words against long sources that share its words but no run of them
        lambda k: (" ".join(TEXTS * k), " ".join(reversed((" ".join(TEXTS) * 15 * k).split()))),
    ],
)
def test_floods_cost_their_size(flood: Callable[[int], tuple[str, str]]) -> None:
    assert_linear(lambda both: runs(both[0], [both[1]]), flood)
