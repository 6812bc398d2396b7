"""Words and even text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digest.language.tokens import normalise, words


def test_words() -> None:
    text = "The “Self-Improving” model’s score—3.5%, or 1,000—beats GPT-4.5; it’s ﬁne, co\u00adop."
    assert words(text) == [
        *["the", "self-improving", "model's", "score", "3.5", "or", "1,000", "beats", "gpt-4.5"],
        *["it's", "fine", "coop"],
    ]
    assert words("snake_case a-b‑c 'quoted' 2019–2020 -5 3.x") == [
        *["snake", "case", "a-b-c", "quoted", "2019", "2020", "5", "3", "x"]
    ]
    assert words("") == []


def test_normalise() -> None:
    assert normalise(" a&amp;b\n\n“c”\u200b d\u00a0e ") == 'a&b "c" d e'


@given(st.text())
def test_words_are_words(text: str) -> None:
    for word in words(text):
        assert word == word.lower() or not word.lower().islower()
        assert any(c.isalnum() for c in word)
        assert not any(c.isspace() for c in word)
    assert words(normalise(text).replace("&", " ")) == words(normalise(text))


@given(st.text())
def test_normalise_leaves_one_line(text: str) -> None:
    assert normalise(text) == " ".join(normalise(text).split())
