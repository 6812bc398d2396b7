"""Whether a quotation stands in a text."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.language.quotations import Found, locate, nearest
from digest.model import Span
from tests.growth import assert_linear
from tests.language.prose import PAPER, POST, RULE, STORY, TEXTS


def passage(quotation: str, *texts: str) -> str | None:
    """The words in which a quotation was found, on one line."""
    found = locate(quotation, texts or TEXTS)
    if not found:
        return None
    text = (texts or TEXTS)[found.index]
    return " ".join(text[found.span.start : found.span.end].split())


# ---------------------------------------------------------------------------- what writers may do

_FINE = [
    "it proposes, runs and judges each change without help",
    "It proposes, runs and judges each change without help.",
    "we present Lanternfish",
    "The gain is not free—every round costs about 1,200 GPU-hours—but it does not shrink",
    "The gain is not free - every round costs about 1,200 GPU‑hours -- but",
    'Second, the “obvious” fix (more data) was tried',
    "Second, the 'obvious' fix (more data) was tried",
    "Can a model be trusted to mark its own homework?\n\nWe don’t think so",
    "the judge’s score fell below −0.5 whenever",
    "Unlike earlier systems (Ostrov et al., 2023; Mbeki & Lund), it proposes",
    "in 41 of 60 trials the new recipe was better … and in none was it worse",
    "in 41 of 60 trials ... in none was it worse",
    "in 41 of 60 trials [...] in none was it worse",
    "… models that were allowed to edit the optimiser's schedule …",
    "[T]he gain is not free",
    "models that [it] allowed to edit",
    "the judge's score fell [sharply, they say] below -0.5",
    "it [sic] proposes, runs and judges",
    "[The model] proposes, runs and judges each change",
    "results hold for model[s] of 1.3B to 13B parameters",
    "it propose[d], runs and judges",
    "a *language* model that **rewrites** its own [training](https://x.example/a_(b)) recipe",
    "a lan\u00adguage model that re\u00adwrites its own",
    "the cranes would be the hard part – they weren't. The forms were.",
    "They weren't. The forms were",
    "Mostly this: Systems could not remember",
    "up to € 2 million or 1.5 % of its yearly turnover",
    "call it 'a smoke alarm without a battery'. Both sides agree",
    "not a fire brigade,\" critics, among them",
]  # fmt: skip


@pytest.mark.parametrize("quotation", _FINE)
def test_liberties_of_typography_pass(quotation: str) -> None:
    assert passage(quotation)


# ------------------------------------------------------------------------------ what nobody may do

_WRONG = [
    "it proposes, runs and judges every change without help",
    "it proposes, runs, judges each change without help",
    "it does shrink before the sixth round",
    "in 42 of 60 trials the new recipe was better",
    "by 3.8% on average",
    "by 37% on average",
    "by 3.7 on average",
    "the judge's score fell below 0.5",
    "every round costs about 1200 GPU-hours",
    "We do think so, at least not yet",
    "The provider that does not know the cause shall say so",
    "It may fine a provider for an incident",
    "up to $2 million or 1.5% of its yearly turnover",
    "the first year's report – there were 9",
    "a provider shall report",
    "in none was it worse … in 41 of 60 trials",
    "We present Lanternfish … that forbids nothing … Three findings stand out",
    "We … stand … out",
    "no system we tested Finished more",
    "Can a model be trusted to mark its own homework we don't think so",
    "we make no claim about larger ones and logs",
]


@pytest.mark.parametrize("quotation", _WRONG)
def test_one_word_number_or_stop_is_another_text(quotation: str) -> None:
    assert passage(quotation) is None


def test_the_passage_is_named() -> None:
    text = "She said:  “It’s *only*\nlistening [3], always”. He left."
    assert passage("it's only listening always", text) == "It’s *only* listening [3], always"
    assert locate("He left", ["nothing", text]) == Found(1, Span(text.index("He"), len(text) - 1))


def test_words_broken_at_the_end_of_a_line_are_whole() -> None:
    text = "a lamp that im-\nproves its self-\nmade oil"
    assert passage("a lamp that improves its", text)
    assert passage("its self-made oil", text)


def test_the_sources_own_brackets_count_as_words() -> None:
    text = "We maximise E[U(a)] over all a, as [Lund] did."
    assert passage("we maximise E[U(a)] over all a", text)
    assert passage("over all a, as [Lund] did", text)
    assert passage("as Lund did", text)


@pytest.mark.parametrize("quotation", ["", "…", "?!", "[…]", "“”", "[Seven]"])
def test_what_has_no_words_stands_nowhere(quotation: str) -> None:
    assert locate(quotation, TEXTS) is None
    assert nearest(quotation, TEXTS) is None


# ------------------------------------------------------------------------- many, made by rule


class Maker:
    """Makes quotations from prose, with the liberties that writers take, and spoils them."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def words(self, text: str) -> list[str]:
        words = re.findall(r"\S+", text)
        length = self.chance.randint(4, 40)
        start = self.chance.randrange(max(1, len(words) - length))
        return [word for word in words[start : start + length] if word != "-"]

    def shortened(self, words: list[str]) -> list[str]:
        """Some words in the middle left out, and their neighbours, which may not be spoilt."""
        if len(words) < 12 or self.chance.random() > 0.25:
            return words
        start = self.chance.randrange(3, len(words) - 8)
        mark = self.chance.choice(["…", "...", "[…]", "[...]", ". . ."])
        return [*words[:start], mark, *words[start + self.chance.randint(1, 5) :]]

    def bracketed(self, words: list[str]) -> list[str]:
        kind = self.chance.random()
        place = self.chance.randrange(1, len(words) - 1)
        if kind < 0.07:
            return [*words[:place], "[the authors]", *words[place:]]
        if kind < 0.14:
            return [*words[:place], "[they]", *words[place + 1 :]]
        if kind < 0.21 and words[0][0].isalpha():
            return [f"[{words[0][0].swapcase()}]{words[0][1:]}", *words[1:]]
        return words

    def dressed(self, words: list[str]) -> str:
        """The typography changed in any way that leaves the words."""
        chance = self.chance
        text = " ".join(words)
        if chance.random() < 0.4:
            text = text[0].swapcase() + text[1:]
        if chance.random() < 0.3:
            text = text.translate(str.maketrans("“”’", '""\''))
        elif chance.random() < 0.5:
            text = re.sub(r'["“”]', "'", text).replace("'", "’")
        if chance.random() < 0.3:
            text = re.sub(r"\s[–—-]\s", chance.choice([" - ", "—", " -- ", "–"]), text)
        if chance.random() < 0.2:
            text = text.replace("fi", "ﬁ").replace("fl", "ﬂ")
        if chance.random() < 0.1:
            text = re.sub(r"\b([a-z]{4})([a-z]{3})", "\\1\u00ad\\2", text)
        if chance.random() < 0.2:
            text = re.sub(r" (\w{5,}) ", chance.choice([r" *\1* ", r" **\1** "]), text, count=1)
        if chance.random() < 0.3:
            text = re.sub(" ", lambda _: chance.choice([" ", " ", "\n", "  ", "\u00a0"]), text)
        if chance.random() < 0.4:
            text = text.rstrip(".,;:") + chance.choice([".", ",", ""])
        return text

    def spoilt(self, words: list[str]) -> list[str] | None:
        """One word inside dropped, changed, negated, or another number."""
        marked = {n for n, word in enumerate(words) if re.search(r"[\[…]|\. ?\.|http", word)}
        near = marked | {n + 1 for n in marked} | {n - 1 for n in marked}
        free = [n for n in range(1, len(words) - 1) if n not in near and words[n][0].isalnum()]
        numbers = [n for n in free if re.search(r"\d", words[n])]
        if not free:
            return None
        place = self.chance.choice(free)
        kind = self.chance.choice(["drop", "change", "negate", "number"])
        if kind == "number" and numbers:
            place = self.chance.choice(numbers)
            other = re.sub(
                r"\d", lambda digit: str((int(digit[0]) + 3) % 10), words[place], count=1
            )
            return [*words[:place], other, *words[place + 1 :]]
        if kind == "drop" and words[place] not in {words[place - 1], words[place + 1]}:
            return [*words[:place], *words[place + 1 :]]
        if kind == "negate":
            return [*words[:place], "not", *words[place:]]
        other = self.chance.choice(["harbour", "quickly", "many", "of", "improve"])
        changed = re.sub(r"\w[\w'’.,-]*\w|\w", other, words[place], count=1)
        return [*words[:place], changed, *words[place + 1 :]] if changed != words[place] else None


def test_liberties_pass_and_changed_words_do_not() -> None:
    """The figures to hold: 99% of faithful quotations pass, 99.5% of altered ones are caught."""
    maker = Maker(20261121)
    passed = made = caught = altered = 0
    while made < 1_500:
        text = maker.chance.choice(TEXTS)
        words = maker.words(text)
        if len([word for word in words if re.search(r"\w", word)]) < 4:
            continue
        words = maker.bracketed(maker.shortened(words))
        made += 1
        passed += locate(maker.dressed(words), TEXTS) is not None
        if spoilt := maker.spoilt(words):
            altered += 1
            caught += locate(maker.dressed(spoilt), TEXTS) is None
    assert altered > 1_000
    assert passed / made >= 0.995
    assert caught / altered >= 0.998


# ---------------------------------------------------------------------------------- the nearest


_NEAREST = [
    ("By 3.8% on average, and", 0, "by 3.7% on average, and", "3.8", "3.7"),
    ("in this section demands the", 2, "in this section requires the", "demands", "requires"),
    ("they labels that were plainly", 1, "They trusted labels that were plainly", "", "trusted"),
    ("She really didn't show it to", 3, "She didn't show it to", "really", ""),
    ("It did learn at night", 3, "it learned at night", "did learn", "learned"),
    ("The gain is not free … it surely does not shrink", 0, "it does not shrink", "surely", ""),
    ("free. Every round costs about", 0, "free – every round costs about", ". Every", "every"),
]


@pytest.mark.parametrize(("quotation", "index", "words", "quoted", "source"), _NEAREST)
def test_the_nearest_passage_and_where_it_differs(
    quotation: str, index: int, words: str, quoted: str, source: str
) -> None:
    near = nearest(quotation, TEXTS)
    assert near
    assert near.index == index
    found = " ".join(TEXTS[index][near.span.start : near.span.end].split())
    assert found == words
    assert [(d.quoted, d.source) for d in near.differences] == [(quoted, source)]


def test_nothing_is_near_what_is_of_another_world() -> None:
    assert nearest("Seven purple elephants danced across Vienna yesterday", TEXTS) is None
    assert nearest("of the", []) is None


@given(st.integers(0, 10_000))
@settings(max_examples=60)
def test_what_stands_is_nearest_to_itself(seed: int) -> None:
    maker = Maker(seed)
    words = maker.words(maker.chance.choice(TEXTS))
    near = nearest(" ".join(words), TEXTS)
    if locate(" ".join(words), TEXTS):
        assert near is not None
        assert near.differences == ()


# ----------------------------------------------------------------------------- whatever comes

marks = st.text(alphabet="ab …[]().*_\"'“”-–1,é\\`|{}<>&;", max_size=40)


@given(marks | st.text(max_size=40), st.lists(marks | st.text(max_size=60), max_size=3))
@settings(max_examples=300)
def test_nothing_is_raised_and_places_are_in_the_text(quotation: str, texts: list[str]) -> None:
    found = locate(quotation, texts)
    if found:
        assert 0 <= found.span.start < found.span.end <= len(texts[found.index])
    near = nearest(quotation, texts)
    if near:
        assert 0 <= near.span.start < near.span.end <= len(texts[near.index])


_FLOODS = [
    lambda k: ("… ".join(["the"] * 75 * k), "the " * 7_500 * k),
    lambda k: ("[a] " * 500 * k + "the", "the a " * 5_000 * k),
    lambda k: ("the … " * 125 * k + "end", "the " * 5_000 * k),
    lambda k: ("a" * 25_000 * k, "a" * 50_000 * k),
    lambda k: (
        "the same words again and again " * 500 * k,
        "the same words again and again " * 1_000 * k + "x",
    ),
    lambda k: ("[" * 5_000 * k, "x " * 250 * k),
    lambda k: ("\\" * 5_000 * k + "[x](" * 1_250 * k, "x " * 250 * k),
    lambda k: ("i'" * 5_000 * k, "i'" * 12_500 * k),
    lambda k: (". " * 7_500 * k, ". " * 15_000 * k),
    lambda k: (
        "other words that stand nowhere in it " * 5 * k,
        "the words in it stand " * 7_500 * k,
    ),
]


@pytest.mark.parametrize("flood", _FLOODS)
def test_floods_cost_their_size(flood: Callable[[int], tuple[str, str]]) -> None:
    def look(both: tuple[str, str]) -> None:
        quotation, text = both
        locate(quotation, [text])
        nearest(quotation[:5_000], [text])

    assert_linear(look, flood)


def test_quotations_cost_what_their_sources_are_long() -> None:
    maker = Maker(7)
    quotations = [maker.dressed(maker.words(maker.chance.choice(TEXTS))) for _ in range(100)]

    def look(sources: list[str]) -> None:
        for quotation in quotations:
            locate(quotation, sources)

    assert_linear(look, lambda k: [f"{text}\n\n" * 6 * k for text in (PAPER, POST, RULE, STORY)])
