from __future__ import annotations

import random

from digest.sort.sketch import near_equal, runs

WORDS = [f"{a}{b}" for a in ("tarn", "fell", "beck", "ghyll", "moss") for b in "abcdefghijklmnop"]


def text(seed: int, length: int = 120) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def test_altered_copies_are_found_and_strangers_are_not() -> None:
    originals = [text(seed) for seed in range(60)]
    words = [one.split() for one in originals]
    copies = [
        " ".join(words[0][:60]),
        "Posted elsewhere first. " + originals[1] + " All rights reserved by nobody at all.",
        " ".join(word for at, word in enumerate(words[2]) if at % 15),
        " ".join([*words[3][60:], *words[3][:60]]),
    ]
    found = near_equal([runs(one) for one in [*originals, *copies]], 0.6)
    assert [(first, second) for first, second, _ in found] == [(n, 60 + n) for n in range(4)]


def test_case_and_punctuation_do_not_count() -> None:
    one = text(1)
    assert near_equal([runs(one), runs(one.upper().replace(" ", ", "))], 0.99)


def test_short_texts_say_too_little() -> None:
    assert len(runs("two words")) == 0
    assert near_equal([runs("the same few words"), runs("the same few words")], 0.5) == []


def test_boilerplate_in_many_texts_joins_none() -> None:
    frame = text(99, 40)
    texts = [runs(f"{text(seed, 30)} {frame}") for seed in range(80)]
    assert near_equal(texts, 0.9) == []
