"""Where sentences end."""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.language.sentences import first, split
from tests.growth import assert_linear


def sentences(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split(text)]


# Sentences are divided by | here, and by what the text says: a space, or nothing where ^ stands.
_PROSE = [
    "The lamp burns. | It is bright.",
    "Is it bright? | Yes! | It is.",
    "What?! | Never... | We saw it. | And so… | On it goes.",
    "Dr. Ann Wick and Prof. O. Trimmer met Mrs. Oil at St. Mary.",
    "J. R. R. Flame wrote it. | E. B. Glow read it.",
    "We follow Flame et al. (2020) and Glow et al. [12]. | They differ.",
    "Flame et al. | The rest is silence.",
    "See Fig. 3 and Sec. IV, cf. Eq. (5), vs. Table 2. | There it is.",
    "Many lamps, e.g. Argand lamps, i.e. round ones, burn oil, kerosene, etc. in time.",
    "They sell oil, wicks, etc. | Lamps come later.",
    "It grew by 3.5 percent, to 1.200 lamps, in v. 2.0 of the plan. | That is all.",
    "The answer is no. | We asked again, see no. 5.",
    "In the U.S. Senate they sat until 5 p.m. on Friday. | In the U.S. | The end.",
    "It was dark in the U.S. | They left.",
    "Lamp Inc. said so. | Lamp Inc. | The firm denied it.",
    "“It burns.” | “Does it?” he asked. | “It does!” she said. | Fine.",
    "He said “it burns.” | Then he left.",
    "(It burned all night.) | Then it died.",
    "It burned (see Sec. 2. It says so) and died. | Then came day.",
    "It burned.[3] | Then it died.[4, 5] | Or so.",
    "It *burned.* | **Then** it died.",
    "Two claims hold: it burns. | (ii) It lasts. | (iii) It ends.",
    "We used lamps. | iPhones came later. | k-means clusters them.",
    "It uses w.r.t. the oil an i.i.d. sample, a.k.a. noise.",
    "He lives in Washington D.C. and works at 5 Oil Ave. in town.",
    "Visit lamp.example or read.me/Now.html today. | Use Wick.js and a.File.Name.",
    "Of size k. | We take plan B. | It is the state of the art. | To burn is best.",
    "Node.Js and Lamp.Com are names.",
    "It died.^|^Then it rose.^|^“No!”^|^I said.",
    "It isn't.^|^We know. | So do I.^|^The rest follows.",
    "Wait . . . | What now?",
    "灯が燃える。^|^明るい！^|^本当？",
    "One line\nand the next. | New\r\nsentence.",
    "Words without an end",
]  # fmt: skip


@pytest.mark.parametrize("prose", _PROSE)
def test_prose(prose: str) -> None:
    text = prose.replace("^|^", "").replace(" | ", " ")
    expected = [part for piece in prose.split("^|^") for part in piece.split(" | ")]
    assert sentences(text) == expected


def test_paragraphs_and_lists() -> None:
    text = (
        "A heading\n\nWords. More\nwords\n- one thing\n- two. Or three\n\n1. First.\n2) Second\n\n"
    )
    assert sentences(f"{text}(a) Third\n") == [
        "A heading",
        "Words.",
        "More\nwords",
        "one thing",
        "two.",
        "Or three",
        "First.",
        "Second",
        "Third",
    ]


def test_nothing() -> None:
    assert split("") == []
    assert split(" \n\n \t") == []


@given(st.text(alphabet="ab AB.!?…'\"”“()[]1\n-•*_ 。i", max_size=80) | st.text(max_size=80))
def test_spans_are_trimmed_in_order_and_leave_out_only_marks(text: str) -> None:
    spans = split(text)
    at = 0
    for span in spans:
        assert at <= span.start < span.end <= len(text)
        words = text[span.start : span.end]
        assert words == words.strip()
        between = text[at : span.start].strip()
        assert len(between) <= 6 * (1 + text[at : span.start].count("\n"))  # marks of items alone
        at = span.end
    assert not text[at:].strip() or len(text[at:].strip()) <= 6


_FLOODS = [
    lambda k: "." * 50_000 * k,
    lambda k: "A. " * 15_000 * k,
    lambda k: "(" * 25_000 * k + ". A" * 250 * k,
    lambda k: "a.B" * 15_000 * k,
    lambda k: "\n- " * 15_000 * k,
    lambda k: '"' * 25_000 * k,
    lambda k: ". . " * 12_500 * k,
    lambda k: " " * 50_000 * k + "x",
    lambda k: "[1]" * 12_500 * k,
]


@pytest.mark.parametrize("flood", _FLOODS)
def test_floods_cost_their_size(flood: Callable[[int], str]) -> None:
    assert_linear(split, flood)


def test_abstracts_are_cut_where_their_authors_cut_them(shared: Path) -> None:
    """Floors, on 16,000 sentences of real abstracts; the rest is mostly their line breaks."""
    right = cut = wanted = 0
    with lzma.open(shared / "data" / "quality" / "scitldr-train.jsonl.xz", "rt") as lines:
        for line in lines:
            record = json.loads(line)
            parts = [part.strip() for part in record.get("source") or record["sentences"]]
            text = " ".join(parts)
            ends, at = set(), 0
            for part in parts:
                at += len(part)
                ends.add(at)
                at += 1
            mine = {span.end for span in split(text)}
            right += len(ends & mine)
            cut += len(mine)
            wanted += len(ends)
    assert right / cut > 0.99
    assert right / wanted > 0.93


@given(
    st.lists(
        st.sampled_from(["A lamp burns. ", "Dr. ", "* ", "\n\n", " ", "e.g. so", "…", "“x.” "])
    )
)
def test_the_first_sentence_is_the_first_of_all(parts: list[str]) -> None:
    text = "".join(parts)
    assert first(text) == next(iter(split(text)), None)
