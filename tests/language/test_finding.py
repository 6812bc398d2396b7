"""Where a Markdown text quotes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.language.quotations import find
from tests.growth import assert_linear


def quoted(text: str) -> list[str]:
    return [quotation.text for quotation in find(text)]


_TEXTS = [
    ("", []),
    ("No marks, it's plain; the authors' lamps don't quote.", []),
    ('He said "it burns".', ["it burns"]),
    ("They write: “it burns, and lasts.”", ["it burns, and lasts."]),
    ("„Es brennt“, he said; «ça brûle», she said.", ["Es brennt", "ça brûle"]),
    ('"One", "two" and "three".', ["One", "two", "three"]),
    ("“It is ‘quite’ good,” she said.", ["It is ‘quite’ good,"]),
    ("\"It is 'quite' good\" and more.", ["It is 'quite' good"]),
    ("“They call it “the lamp,” which burns”, she said.", ["They call it “the lamp,” which burns"]),
    ('"They call it "the lamp" and it burns", she said.', ['They call it "the lamp" and it burns']),
    ("You want it “one way, but it’s the other way“. So.", ["one way, but it’s the other way"]),
    ('A 5" wick and a 6" one, not "inches".', ["inches"]),
    ("The ‘buyer beware’ rule and the 'seller' too.", ["buyer beware", "seller"]),
    ("‘The authors’ lamps burn’, they say.", ["The authors’ lamps burn"]),
    ("‘The lamps’ and ‘the authors’ lamps’ oil’, too.", ["The lamps", "the authors’ lamps’ oil"]),
    ("Rock ’n’ roll in the ’90s and the '80s; 'tis so.", []),
    ("It's the keepers' and the boys' lamp.", []),
    ("Say it (“in brackets”) or—“after a dash”.", ["in brackets", "after a dash"]),
    ("Say it *“in italics”*, **“in bold”**.", ["in italics", "in bold"]),
    ('A *"stressed"* and **"strong"** one.', ["stressed", "strong"]),
    ("They say “it *really* [burns](https://a.example/x_(y)), `ok`”.", ["it really burns, ok"]),
    ("They say “a snake\\_case and 2 \\* 3”.", ["a snake_case and 2 * 3"]),
    ('See ["the lamp"](https://a.example/"x") and <https://a.example/"y">.', ["the lamp"]),
    ('[Lamps](https://a.example "a title") burn.', []),
    ('<!-- entry "x" --> [[why: say "why"]] `code "x"` then "words".', ["words"]),
    ("&quot;It burns&quot;, &ldquo;it&rsquo;s bright&rdquo;.", ["It burns", "it’s bright"]),
    ("&#8220;so&#8221; &#x201c;it&#x201D;", ["so", "it"]),
    ("It “never closes\n\nand this is free.", ["never closes"]),
    ("“One goes on,\n\n“and on,\n\n“to it.” Then free.", ["One goes on,\n\nand on,\n\nto it."]),
    ("“One goes on\n\nto the end.” Then “another”.", ["One goes on\n\nto the end.", "another"]),
    ("“Three:\n- one;\n- two;\n- three”, they say.", ["Three:\n- one;\n- two;\n- three"]),
    ("- “one never closes\n- “two”", ["one never closes", "two"]),
    ("“One never closes\n\n## A heading “with” marks", ["One never closes", "with"]),
    ("> It burns.\n> It lasts.\n\nFree words.", ["It burns.\nIt lasts."]),
    ("> It burns.\n>\n> It lasts.\n> — Ann Wick, *Lamps*", ["It burns.\n\nIt lasts."]),
    ("> “It burns. It lasts.”", ["It burns. It lasts."]),
    ("> “It burns day and night,” they say. “So.”", ["It burns day and night,", "So."]),
    ("> “Obvious” fixes were tried.", ["“Obvious” fixes were tried."]),
    ("“It is \"quite\" good”, and \"then\" some.", ["It is \"quite\" good", "then"]),
    ("> The Act is “a smoke alarm” now.", ["The Act is “a smoke alarm” now."]),
    ("> [[quote: pick one]]\n", []),
    ("> one\n\n> two\n", ["one", "two"]),
    ("“[T]he lamp … burns” [they] say.", ["[T]he lamp … burns"]),
    ("“It burns.”[1] Then “it died”.", ["It burns.", "it died"]),
    ("“100%”, “£5”, “…and so on”.", ["100%", "£5", "…and so on"]),
    ("He asked: “Who?” “You.”", ["Who?", "You."]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), _TEXTS)
def test_quotations(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


def test_places_and_lines() -> None:
    text = "One\n\nand “two\nlines”, then &quot;three&quot;.\n\n> four\n"
    found = find(text)
    assert [(text[q.span.start : q.span.end], q.line) for q in found] == [
        ("“two\nlines”", 3),
        ("&quot;three&quot;", 4),
        ("four", 6),
    ]


marks = st.text(alphabet="ab \n\"'“”‘’«»>-*_#[]()`.,—&quot;<!", max_size=80)


@given(marks | st.text(max_size=80))
@settings(max_examples=400)
def test_places_are_in_order_and_apart(text: str) -> None:
    at = 0
    for quotation in find(text):
        assert at <= quotation.span.start < quotation.span.end <= len(text)
        assert quotation.line == text.count("\n", 0, quotation.span.start) + 1
        at = quotation.span.end


@given(
    st.lists(
        st.sampled_from(["“it burns”", '"it lasts"', "and it's", "the lamps'", "so", "(then)"]),
        max_size=8,
    )
)
def test_every_quotation_among_words_is_found(parts: list[str]) -> None:
    expected = [part[1:-1] for part in parts if part[0] in '“"']
    assert quoted(" ".join(parts)) == expected


_FLOODS = [
    lambda k: '"' * 12_500 * k,
    lambda k: "“" * 12_500 * k,
    lambda k: "‘a" * 12_500 * k,
    lambda k: " 'a" * 12_500 * k,
    lambda k: "“a\n\n" * 5_000 * k,
    lambda k: "> " * 12_500 * k,
    lambda k: "[[" * 12_500 * k,
    lambda k: "<!--" * 12_500 * k,
    lambda k: "[a](" * 7_500 * k,
    lambda k: "`" * 12_500 * k + "`",
    lambda k: "&quot;" * 7_500 * k,
    lambda k: 'a "b' * 7_500 * k,
    lambda k: "[" * 12_500 * k,
    lambda k: "“a” " * 7_500 * k,
    lambda k: "- “\n" * 5_000 * k,
    lambda k: "'a' " * 7_500 * k,
    lambda k: "“a “b” " * 2_500 * k,
    lambda k: "> “a” b\n" * 5_000 * k,
]


@pytest.mark.parametrize("flood", _FLOODS)
def test_floods_cost_their_size(flood: Callable[[int], str]) -> None:
    assert_linear(find, flood)
