"""How many true quotations `check` lets pass, and how many false ones it catches.

    python benchmarks/quotes.py [FOLDER] [--quotes 1000] [--seed 1] [--show 10]

FOLDER holds real texts (`*.jsonl.xz` with `abstract` or `summary`, or `*.txt`). Quotations are made
from them as writers make them: whole sentences and clauses, in straight or curly marks or a block,
with an ellipsis, a bracket, a changed first letter, a comma moved in before the closing mark. Each
is then altered by one word: dropped, changed, doubled, negated, another number. Each stands in a
draft of its own, and the whole path is measured, from the draft's text to the problem that is told.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from digest.draft.check import check
from digest.draft.material import SourceText
from digest.draft.read import read
from digest.language.sentences import split

FRONT = '---\nissue: q\nnumber: 1\ntitle: "Quotes 1: a; b"\n---\n\nHello.\n\n'
NUMBERS = re.compile(r"\d+")
LEAST, MOST = 5, 45


@dataclass(frozen=True)
class Made:
    """A quotation in a paragraph, how it was made, and the text it is from."""

    paragraph: str
    how: str
    source: str
    is_true: bool


def texts(paths: Iterable[Path]) -> Iterator[str]:
    """The real texts that some files hold, in the order of the files."""
    for path in paths:
        if path.name.endswith(".jsonl.xz"):
            with lzma.open(path, "rt", encoding="utf-8") as lines:
                for number, line in enumerate(lines):
                    row = json.loads(line)
                    text = row.get("abstract") or row.get("summary")
                    if text and number % 20 == 0:
                        yield text
        elif path.suffix == ".txt":
            yield path.read_text(encoding="utf-8")


# ------------------------------------------------------------------------------- true quotations

Change = Callable[[list[str], random.Random], list[str]]


def whole(words: list[str], _: random.Random) -> list[str]:
    """A sentence as it stands."""
    return words


def clause(words: list[str], chance: random.Random) -> list[str]:
    """Some words from the middle of it."""
    length = chance.randint(LEAST, max(LEAST, len(words) - 2))
    start = chance.randint(0, len(words) - length)
    return words[start : start + length]


def ellipsis(words: list[str], chance: random.Random) -> list[str]:
    """Some words left out, with a mark."""
    start = chance.randint(LEAST - 1, max(LEAST - 1, len(words) - LEAST - 1))
    skipped = chance.randint(1, 6)
    rest = words[start + skipped :]
    if len(rest) < LEAST - 1:
        return words
    return [*words[:start], chance.choice(["…", "...", "[…]", "[...]", ". . ."]), *rest]


def bracket(words: list[str], chance: random.Random) -> list[str]:
    """A word replaced by an explanation in brackets."""
    if len(words) < 3 * LEAST:
        return words
    at = chance.randint(LEAST, len(words) - LEAST)
    return [*words[:at], "[the system]", *words[at + 1 :]]


def first_letter(words: list[str], chance: random.Random) -> list[str]:
    """The first letter in the other case, with or without brackets."""
    first = words[0][:1].swapcase()
    marked = f"[{first}]" if chance.random() < 0.5 and first.isalpha() else first
    return [marked + words[0][1:], *words[1:]]


LIBERTIES: dict[str, Change] = {
    "whole": whole,
    "clause": clause,
    "ellipsis": ellipsis,
    "bracket": bracket,
    "first letter": first_letter,
}


def typeset(text: str, chance: random.Random) -> str:
    """The typography of another hand: dashes, apostrophes, emphasis, a line break."""
    if chance.random() < 0.3:
        text = text.replace("'", "’")
    if chance.random() < 0.3:
        text = text.replace(" - ", " — ").replace("--", "—")
    if chance.random() < 0.2:
        text = text.replace(" ", "\n", 1)
    words = text.split(" ")
    if chance.random() < 0.2 and words[-1].isalpha():
        words[-1] = f"*{words[-1]}*"
    return " ".join(words)


def quoted(text: str, chance: random.Random) -> str:
    """The text as a paragraph quotes it."""
    bare = text.rstrip(".,;:")
    inner = '"' in text or "“" in text
    form = chance.randrange(2 if inner else 5)
    if form == 0:
        return f"The authors write: “{text}”"
    if form == 1:
        block = text.replace("\n", " ")
        return f"They go on.\n\n> {block}\n> — the authors"
    if form == 2:
        return f'"{bare}," they write.'
    if form == 3:
        return f"The idea is that “{bare}”, and more."
    return f'As they put it, "{text}" That is all.'


# ------------------------------------------------------------------------------ false quotations


def dropped(words: list[str], chance: random.Random) -> list[str]:
    """A word from the middle left out without a mark."""
    at = chance.randint(1, len(words) - 2)
    return [*words[:at], *words[at + 1 :]]


def changed(words: list[str], chance: random.Random) -> list[str]:
    """A word that is another."""
    places = [n for n, word in enumerate(words) if word.strip(".,;:()").isalpha()]
    at = chance.choice(places)
    return [
        *words[:at],
        chance.choice(["marmalade", "purple", "seldom", "kettle"]),
        *words[at + 1 :],
    ]


def doubled(words: list[str], chance: random.Random) -> list[str]:
    """A word more."""
    at = chance.randint(1, len(words) - 1)
    return [*words[:at], chance.choice(["very", "only", "hardly", "almost"]), *words[at:]]


def negated(words: list[str], chance: random.Random) -> list[str]:
    """The opposite."""
    at = chance.randint(1, len(words) - 1)
    return [*words[:at], "not", *words[at:]]


def renumbered(words: list[str], chance: random.Random) -> list[str]:
    """Another number, where there is one; else a changed word."""
    places = [n for n, word in enumerate(words) if NUMBERS.search(word)]
    if not places:
        return changed(words, chance)
    at = chance.choice(places)
    number = NUMBERS.sub(lambda match: str(int(match[0]) + 1), words[at], count=1)
    return [*words[:at], number, *words[at + 1 :]]


FALSEHOODS: dict[str, Change] = {
    "dropped": dropped,
    "changed": changed,
    "doubled": doubled,
    "negated": negated,
    "renumbered": renumbered,
}


def quotations(sources: list[str], count: int, chance: random.Random) -> Iterator[Made]:
    """True and false quotations in equal numbers."""
    made = 0
    while made < count:
        source = chance.choice(sources)
        spans = [
            span
            for span in split(source)
            if LEAST <= len(source[span.start : span.end].split()) <= MOST
            and "\n\n" not in source[span.start : span.end]
            and "\\" not in source[span.start : span.end]
            and source[span.start : span.end].count('"') % 2 == 0
        ]
        if not spans:
            continue
        span = chance.choice(spans)
        words = source[span.start : span.end].split()
        how = chance.choice(sorted(LIBERTIES))
        taken = LIBERTIES[how](words, chance)
        yield Made(quoted(typeset(" ".join(taken), chance), chance), how, source, is_true=True)
        kind = sorted(FALSEHOODS)[made % len(FALSEHOODS)]
        false = " ".join(FALSEHOODS[kind](words, chance))
        if " ".join(false.lower().split()) not in " ".join(source.lower().split()):
            yield Made(quoted(false, chance), kind, source, is_true=False)
        made += 1


def told(quotation: Made) -> bool:
    """Whether `check` calls the quotation unverified."""
    text = f"{FRONT}<!-- entry q themes=t -->\n## Q:\n\n{quotation.paragraph}\n<!-- /entry -->\n"
    problems = check(read(text), {"q": [SourceText("q", 1, quotation.source)]})
    return any(problem.code == "unverified-quote" for problem in problems)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("../shared"))
    parser.add_argument("--quotes", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=10)
    options = parser.parse_args()
    sources = list(texts(sorted(options.folder.rglob("*"))))
    chance = random.Random(options.seed)
    totals: Counter[tuple[bool, str]] = Counter()
    wrong: Counter[tuple[bool, str]] = Counter()
    shown = 0
    started = time.perf_counter()
    for quotation in quotations(sources, options.quotes, chance):
        kind = quotation.is_true, quotation.how
        totals[kind] += 1
        if told(quotation) == quotation.is_true:
            wrong[kind] += 1
            if shown < options.show:
                shown += 1
                print(f"{'true, refused' if quotation.is_true else 'false, passed'}:"
                      f" {quotation.how}: {quotation.paragraph!r}")  # fmt: skip
    print(f"{len(sources)} texts, {time.perf_counter() - started:.1f} s")
    for is_true, title in ((True, "true quotations that pass"), (False, "false ones caught")):
        kinds = sorted(kind for kind in totals if kind[0] is is_true)
        total, missed = sum(totals[kind] for kind in kinds), sum(wrong[kind] for kind in kinds)
        print(f"{title}: {100 * (1 - missed / total):.2f}% of {total}")
        for kind in kinds:
            print(
                f"  {kind[1]:14} {100 * (1 - wrong[kind] / totals[kind]):6.2f}% of {totals[kind]}"
            )


if __name__ == "__main__":
    main()
