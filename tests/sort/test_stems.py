from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.sort.stems import stem, stems


@pytest.mark.parametrize(
    "family",
    [
        ["audit", "audits", "audited", "auditing"],
        ["label", "labels", "labelled", "labeling", "labelling"],
        ["policy", "policies"],
        ["simulate", "simulates", "simulated", "simulating"],
        ["box", "boxes"],
        ["agent", "agent's", "agents", "Agents"],
        ["plan", "planned", "planning"],
    ],
)
def test_inflections_of_a_word_meet(family: list[str]) -> None:
    assert len({stem(word) for word in family}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("bus", "bu"), ("thing", "the"), ("red", "r"), ("class", "clas")]
)
def test_short_words_keep_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_the_parts_of_a_hyphenated_word_stand_apart() -> None:
    assert stems("Self-improving agents") == [stem("self"), stem("improve"), stem("agent")]


@given(st.text(max_size=40))
def test_any_text_has_stems_without_spaces(text: str) -> None:
    assert all(word and not word.isspace() for word in stems(text))
