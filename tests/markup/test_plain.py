"""Plain text without what nobody can see."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digest.markup.plain import clean, clean_lines, one_line, paragraphs, word_set


def test_clean() -> None:
    assert clean("a\u202eb\x00c\u200bd\u00ade\ufefff\ud800g") == "abcdefg"
    assert clean("one\r\ntwo\rthree\u2028four\u2029five") == "one\ntwo\nthree\nfour\n\nfive"
    assert clean("می\u200cخواهم 👩\u200d🚀 ❤\ufe0f") == "می\u200cخواهم 👩\u200d🚀 ❤\ufe0f"


def test_lines_and_paragraphs() -> None:
    assert one_line(" a\n\n b\u00a0\tc ") == "a b c"
    assert paragraphs(" a\nb\n \t\n\n c \n") == ["a b", "c"]
    assert paragraphs("") == []
    assert word_set("a b\n c") == {"a", "b", "c"}


@given(st.text())
def test_cleaning_once_is_enough(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_lines(text).count("\n") == text.count("\n")
    once = "\n\n".join(paragraphs(text))
    assert "\n\n".join(paragraphs(once)) == once
    assert one_line(text).split() == once.split()
