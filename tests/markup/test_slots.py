from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.markup.slots import is_slot, replace_slots, slot, slots_in, without_slots

TEXTS = st.lists(st.sampled_from(["[[", "]]", "[", "]", "\\", "why", ":", " ", "1", "\n", "ü"]))


@pytest.mark.parametrize(
    ("text", "name", "hint"),
    [
        ("[[why]]", "why", ""),
        ("[[ why : the thesis ]]", "why", "the thesis"),
        ("[[part two: over\ntwo lines]]", "part two", "over\ntwo lines"),
        ("[[why: one [bracket]]]", "why", "one [bracket"),
    ],
)
def test_a_slot_has_a_name_and_may_have_a_hint(text: str, name: str, hint: str) -> None:
    (found,) = slots_in(f"Before {text} after.")
    assert (found.name, found.hint, found.start) == (name, hint, len("Before "))


@pytest.mark.parametrize("text", [r"\[[why]]", "[[1, 2]]", "[[_x]]", "[[why", "[why]", "[[]]"])
def test_what_only_looks_like_a_slot(text: str) -> None:
    assert not list(slots_in(text))
    assert without_slots(text) == text


@given(st.from_regex(r"\A[a-z]{1,5}\Z"), TEXTS.map("".join))
def test_whatever_the_hint_it_is_one_slot(name: str, hint: str) -> None:
    text = slot(name, hint)
    assert is_slot(text)
    assert [one.name for one in slots_in(text)] == [name]


@given(TEXTS.map("".join))
def test_slots_are_replaced_where_they_stand_and_the_rest_stays(text: str) -> None:
    assert replace_slots(text, lambda one: one.text) == text
    kept, at = [], 0
    for one in slots_in(text):
        kept.append(text[at : one.start])
        at = one.start + len(one.text)
    assert without_slots(text) == "".join([*kept, text[at:]])
