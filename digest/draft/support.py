"""What a sentence says that its sources do not: names, numbers and quotations found in none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from digest.draft.features import STOP
from digest.language.quotations import find, locate

_WORD = re.compile(r"[^\W_]+(?:[-'’./&][^\W_]+)*")
_PIECE = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_OWNER = re.compile(r"['’]s?$")
_NUMBER_WORDS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "twenty": "20", "thirty": "30",
    "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90",
    "hundred": "", "thousand": "", "million": "", "billion": "", "trillion": "", "dozen": "12",
    "half": "", "twice": "", "double": "", "triple": "",
}  # fmt: skip
_SIZES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_COUNTED = "|".join(word for word, value in _NUMBER_WORDS.items() if value)
_COUNT = rf"(?:[0-9][0-9,]{{0,20}}(?:\.[0-9]{{1,9}})?|{_COUNTED}|one|an?)"
_SPELT = re.compile(
    rf"\b(?P<count>{_COUNT})(?:[- ](?P<more>one|{'|'.join(list(_NUMBER_WORDS)[:8])}))?"
    rf"(?P<sizes>(?:[- ](?:{'|'.join(_SIZES)})){{1,2}})\b",
    re.IGNORECASE,
)
# What sentences begin with that is no name, beside the words that carry no meaning.
_OPENING_WORDS = """
researchers scientists authors engineers experts paper papers study studies article report work
results result experiments evaluation evaluations findings tests system model models method
approach framework dataset training using based compared unlike although despite however moreover
furthermore additionally instead overall finally first second third among across within without
according given since whereas new one several many some most another people users team teams
"""
_NO_NAMES = STOP | frozenset(_OPENING_WORDS.split())
_FORMS = re.compile(r"(?:ing|ly|ed)$")


@dataclass(frozen=True, slots=True)
class Ground:
    """What sources hold: their texts, their words in lower case, and their numbers."""

    texts: tuple[str, ...]
    words: frozenset[str]
    numbers: frozenset[str]


def ground_of(texts: Sequence[str]) -> Ground:
    """What the sentences about some texts are held against."""
    whole = "\n".join(texts)
    words = {form for each in _WORD.findall(whole.lower()) for form in _forms(each)}
    words.update(_PIECE.findall(whole.lower()))
    numbers = {*map(_plain, _NUMBER.findall(whole)), *map(_written_out, _SPELT.finditer(whole))}
    return Ground(tuple(texts), frozenset(words), frozenset(numbers))


def unsupported(sentence: str, ground: Ground) -> list[str]:
    """The names, numbers and quotations of a sentence that its sources do not have, in order.

    A number is compared without the commas among its digits, and a word for one counts as the
    number; a name word by word, in any case. A word that merely opens the sentence is a name unless
    it is a common one. It says nothing of what a sentence makes of true names and numbers.
    """
    found = [
        f"“{quotation.text}”"
        for quotation in find(sentence)
        if not locate(quotation.text, ground.texts)
    ]
    found += [each for each in _NUMBER.findall(sentence) if _plain(each) not in ground.numbers]
    for number, match in enumerate(_WORD.finditer(sentence)):
        word = match[0]
        if word.lower() in _NUMBER_WORDS:
            if not _is_counted(word.lower(), ground):
                found.append(word)
        elif _is_name(word, opens=number == 0) and not _is_known(word, ground):
            found.append(word)
    return list(dict.fromkeys(found))


def _plain(number: str) -> str:
    """A number without the commas between its thousands and without a fraction of nothing."""
    return re.sub(r"\.0+$", "", re.sub(r",(?=\d{3})", "", number))


def _written_out(match: re.Match[str]) -> str:
    """The digits of a number in words: "forty thousand" is `40000`, "1.5 million" `1500000`."""
    words = filter(None, (match["count"], match["more"]))
    count = sum(map(_value, words), start=Fraction())
    for size in re.findall(r"[a-z]+", match["sizes"].lower()):
        count *= _SIZES[size]
    return str(int(count)) if count == int(count) else str(count)


def _value(word: str) -> Fraction:
    word = _NUMBER_WORDS.get(word.lower(), word.lower())
    return Fraction(1) if word in ("one", "a", "an") else Fraction(word.replace(",", ""))


def _is_counted(word: str, ground: Ground) -> bool:
    return word in ground.words or _NUMBER_WORDS[word] in ground.numbers


def _is_name(word: str, *, opens: bool) -> bool:
    if not any(letter.isupper() for letter in word) or word == "I":
        return False
    if any(letter.isupper() for letter in word[1:]) or not opens:
        return True
    return word.lower() not in _NO_NAMES and not _FORMS.search(word)


def _is_known(word: str, ground: Ground) -> bool:
    return any(form in ground.words for form in _forms(word.lower())) or all(
        piece in ground.words or piece in ground.numbers for piece in _PIECE.findall(word.lower())
    )


def _forms(word: str) -> set[str]:
    """A word as it stands, without its 's, and without a plural's s."""
    bare = _OWNER.sub("", word)
    return {word, bare, bare.removesuffix("s")}
