"""Front matter: what the editor wrote there stays as it was written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import DraftError
from digest.markup.fences import split
from digest.markup.front import read_front, write_front

FRONT = """\
# of the editor
issue: 2026-w27
number:   12      # counted by hand
title: "Lamp 12: Wicks; oil; a third"
subtitle: 'Who trims the trimmer?'

# dates
date: 2026-06-29
status: draft  # not yet
window: 2026-06-22/2026-06-29
mine: {keep: [me,  as I am]}
list:
  - one
  -   two   # spaced
"""
DRAFT = f"---\n{FRONT}---\nWelcome.\n"


def test_split() -> None:
    assert split(DRAFT) == (FRONT, "Welcome.\n", 17)
    assert split("Welcome.\n") == (None, "Welcome.\n", 1)
    assert split("\ufeff---\na: 1\n---\nx") == ("a: 1\n", "x", 4)
    assert split("---\r\na: 1\r\n---\r\nx\r\n") == ("a: 1\r\n", "x\r\n", 4)
    assert split("---\n---\n") == ("", "", 3)
    assert split("") == (None, "", 1)
    assert split("--- \na: 1\n...\nx") == ("a: 1\n", "x", 4)
    assert split("----\nx") == (None, "----\nx", 1)


def test_front_matter_without_end_is_refused() -> None:
    with pytest.raises(DraftError, match="has no end"):
        split("---\ntitle: x\n\nWelcome.\n")


@given(st.text(alphabet="-a:.\n \r\ufeff", max_size=40))
def test_split_loses_nothing(text: str) -> None:
    try:
        front, body, line = split(text)
    except DraftError:
        return
    assert text.endswith(body)
    assert (front or "") in text
    assert text[: len(text) - len(body)].count("\n") + 1 == line


def test_values() -> None:
    front = read_front(FRONT)
    assert front["issue"] == "2026-w27"
    assert front["number"] == 12
    assert front["date"] == date(2026, 6, 29)
    assert front["window"] == "2026-06-22/2026-06-29"
    assert read_front("") == {}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: [1\n", 4, "not YAML"),
        ("a: 1\n\tb: 2\n", 3, "not YAML"),
        ("a: 1\nb: x: y\n", 3, "not YAML"),
        ("a: 1\nb: 2\na: 3\n", 4, "stands twice"),
        ("- a\n- b\n", 2, "no list of keys and values"),
        ("words", 2, "no list of keys and values"),
        ("a: \x00\n", 2, "not YAML"),
    ],
)
def test_damage_is_named_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(DraftError, match=message) as caught:
        read_front(text)
    assert caught.value.where == f"front matter:{line}"
    assert caught.value.cure


# ----------------------------------------------------------------------------------------- writing


@pytest.mark.parametrize(
    "text", [FRONT, FRONT.replace("\n", "\r\n"), "", "a: 1", "{a: 1,   b: 2}\n", "# only\n"]
)
def test_what_did_not_change_is_byte_for_byte_the_same(text: str) -> None:
    assert write_front(read_front(text)) == text


def test_only_the_lines_of_changed_keys_change() -> None:
    front = read_front(FRONT)
    front["status"] = "published"
    front["number"] = 13
    front["title"] = "Lamp 13: a # b: c"
    expected = (
        FRONT.replace("status: draft  # not yet", "status: published # not yet")
        .replace("number:   12      # counted by hand", "number: 13 # counted by hand")
        .replace('title: "Lamp 12: Wicks; oil; a third"', 'title: "Lamp 13: a # b: c"')
    )
    assert write_front(front) == expected
    assert read_front(write_front(front)) == front


def test_new_keys_come_last_and_removed_ones_go() -> None:
    front = read_front(FRONT.replace("\n", "\r\n"))
    front["words"] = 900
    del front["mine"]
    del front["list"]
    expected = FRONT[: FRONT.index("mine:")] + "words: 900\n"
    assert write_front(front) == expected.replace("\n", "\r\n")


def test_flow_style_and_reordering_are_written_whole() -> None:
    front = read_front("{a: 1, b: 2}\n")
    front["a"] = 3
    assert read_front(write_front(front)) == {"a": 3, "b": 2}


values = st.one_of(
    st.integers(),
    st.booleans(),
    st.dates(),
    st.text(alphabet="ab:#'\"{}[]-,&*!|>%@` 1.\\", max_size=20),
    st.lists(st.integers(), max_size=3),
)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(["status", "title", "mine", "list", "new", "date"]), values))
def test_whatever_is_set_reads_back_and_the_rest_stays(changes: dict[str, object]) -> None:
    front = read_front(FRONT)
    front.update(changes)
    written = write_front(front)
    assert dict(read_front(written)) == {**read_front(FRONT), **changes}
    assert "# of the editor\n" in written
    assert "\n# dates\n" in written
    assert "number:   12      # counted by hand\n" in written
    assert write_front(read_front(written)) == written


@given(st.text(alphabet="ab:#'\"{}[]-,&*!|>%@` 1.\\\n\t\x00", max_size=40))
def test_whatever_comes_is_read_or_refused(text: str) -> None:
    try:
        front = read_front(text)
    except DraftError:
        return
    assert write_front(front) == text
