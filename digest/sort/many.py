"""Many themes, of which little is known but their names: read word by word, then in the field.

One of fifty themes is judged beside the others, by four things that each can be told: the item as a
whole is near to the name; some of its words are near to the name's words; it uses them; and it is
like what else in the field speaks of the theme, in meaning and in words. The last is learned
without labels (pseudo-relevance feedback, Rocchio 1971): what most plainly belongs to a theme
shows what the theme speaks of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digest.config.schema import Theme
from digest.model import Evidence, Item
from digest.sort.background import WORD_DIMENSIONS
from digest.sort.embedder import Embedder
from digest.sort.named import SHOWN, Names, Read, quoted, unit
from digest.sort.packing import pack, unpack
from digest.sort.telling import Told, Usual

# From so many themes an item belongs to some, and they are judged beside each other.
MANY_THEMES = 8
# So few items of a field show what themes speak of.
ENOUGH_ITEMS = 50
# How far closeness differs between the themes of one item, usually; an item of no concern to any
# of them differs less, and is drawn to nothing.
SPREAD_NEAR, SPREAD_WORDS, SPREAD_MEANING, SPREAD_USE = 0.095, 0.045, 0.166, 0.065
# The same for what names say together, and for all of it where a field speaks too.
SPREAD_NAMES, SPREAD_ALL = 1.95, 3.5
NAMED, IN_FIELD = 3.5, 1.0
# What belongs plainly to a theme lies so many spreads above the item's mean; how sharply it ends.
PLAINLY, SHARPLY = 2.2, 3.0
# Names without parts divide a field among them: how softly, in how many rounds, and how much that
# says beside the rest.
SOFTNESS, ROUNDS, TO_CENTRE, SPREAD_SHARES, DIVIDED, SPREAD_DIVIDED = 0.2, 5, 2.0, 0.35, 4.0, 6.8
# Spreads above the mean as log-odds, and the chance from which a theme is chosen: about half of the
# best F1 is where F1 is best (Lipton et al. 2014). Fitted to several sets, see benchmarks/.
SLOPE, OFFSET, CHOSEN = 1.05, -2.55, 0.21
# What moved the log-odds less is not told.
LEAST = 0.15

Matrix = NDArray[np.float64]
Vectors = NDArray[np.float32]


def are_many(themes: Sequence[Theme]) -> bool:
    """Whether so many themes are read in this way."""
    return len(themes) >= MANY_THEMES


@dataclass(frozen=True)
class Field:
    """What a corpus says of many themes; made by `survey`.

    `usual` is how rare words are in it. `meaning` (themes, embedding) and `use` (themes, hashed
    words) are what its items that belong most plainly to a theme have in common, beyond `middle`,
    the mean embedding; without rows where the corpus was too small to say. `centres` is what they
    speak of if they share the corpus out among them, as names without parts do; else without rows.
    """

    usual: Usual
    middle: Matrix
    meaning: Matrix
    use: Matrix
    centres: Matrix

    @property
    def speaks(self) -> bool:
        """Whether it says more than how rare words are."""
        return len(self.meaning) > 0

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """All of it as arrays, to be stored."""
        words = {"documents": self.usual.documents, "frequency": dict(self.usual.frequency)}
        own = {name: getattr(self, name) for name in _OWN}
        return {"usual": pack(words), **own}

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Field:
        """What `arrays` gave, read again."""
        usual = Usual(**unpack(arrays["usual"]))
        return Field(usual, **{name: arrays[name] for name in _OWN})


_OWN = ("middle", "meaning", "use", "centres")


def survey(
    items: Sequence[Item], vectors: Vectors, themes: Sequence[Theme], embedder: Embedder
) -> Field:
    """What a corpus says of themes.

    Args:
        items: Of the field; in an order that is the same for the same items.
        vectors: Their embeddings, one row each.
        themes: Which are many.
        embedder: What made the vectors.
    """
    told = [Told.by(item) for item in items]
    usual = Usual.of(told)
    middle = vectors.mean(axis=0, dtype=np.float64) if len(items) else np.zeros(vectors.shape[1])
    blank = np.zeros((0, vectors.shape[1]))
    nothing = Field(usual, middle, blank, np.zeros((0, WORD_DIMENSIONS)), blank)
    if len(items) < ENOUGH_ITEMS:
        return nothing
    names = Names(themes, embedder)
    read = names.read(told, vectors, usual)
    off_middle, used = unit(read.vectors - middle), read.used
    first = _sum(read)
    now, meaning, use = first, nothing.meaning, nothing.use
    for usual_spread in (SPREAD_NAMES, SPREAD_ALL, SPREAD_ALL):
        belongs = 1 / (1 + np.exp(-SHARPLY * (_apart(now, usual_spread) - PLAINLY)))
        shares = belongs / belongs.sum(axis=0)
        meaning = unit(shares.T @ off_middle)
        # Words that a theme's items use less than others do say little of so short a text.
        use = unit(np.maximum(shares.T @ used - used.mean(axis=0), 0))
        now = first + _in_field(off_middle, used, meaning, use).sum(axis=0)
    centres = _shared_out(vectors, names.vectors, middle) if names.flat else blank
    return Field(usual, middle, meaning, use, centres)


def _shared_out(vectors: Vectors, names: Matrix, middle: Matrix) -> Matrix:
    """The means of the shares of a corpus that fall to each theme, softly and in a few rounds."""
    near = (vectors @ names.T).astype(np.float64)
    off_middle, now = unit(vectors - middle), near
    centres = np.zeros((len(names), len(middle)))
    for _ in range(ROUNDS):
        shares = np.exp((now - now.max(axis=1, keepdims=True)) / SOFTNESS)
        shares /= shares.sum(axis=1, keepdims=True)
        shares /= shares.sum(axis=0, keepdims=True)
        centres = unit(unit(shares.T @ vectors) - middle)
        now = near + TO_CENTRE * off_middle @ centres.T
    return centres


@dataclass(frozen=True)
class Judgement:
    """The log-odds of every theme (columns) for items (rows), and the parts that they add up to."""

    names: Names
    field: Field
    read: Read
    odds: Matrix
    parts: Matrix

    def reasons(self, row: int, theme: int) -> list[Evidence]:
        """What was found, in words."""
        near, by_words, named, *in_field = self.parts[:, row, theme].tolist()
        spoken_of = sum(in_field)
        told, telling = self.read.told[row], self.read.telling[row]
        closeness = self.read.near[row, theme]
        reasons = [
            Evidence("description", f"{_how(near)} the theme's description {closeness:.2f}", near)
        ]
        if abs(by_words) >= LEAST and telling.forms and self.names.columns[theme]:
            words = self.names.nearest(self.read, row, theme)
            reasons.append(
                Evidence("words", words if by_words > 0 else "few words near its name", by_words)
            )
        if self.read.named[row, theme] > 0:
            reasons.append(Evidence("keyword", self.names.used(told, theme), named))
        elif named <= -LEAST:
            reasons.append(Evidence("keyword", "none of its name's words", named))
        if abs(spoken_of) >= LEAST:
            reasons.append(Evidence("field", self._in_field(row, theme, spoken_of), spoken_of))
        return reasons

    def _in_field(self, row: int, theme: int, weight: float) -> str:
        if weight < 0:
            return "unlike what else speaks of it"
        telling = self.read.telling[row]
        moved = self.field.use[theme][telling.places] * telling.values
        best = [at for at in np.argsort(-moved, kind="stable")[:SHOWN] if moved[at] > 0]
        forms = [telling.forms[at] for at in best]
        return "like what else speaks of it" + (f", as in {quoted(forms)}" if forms else "")


def judge(items: Sequence[Item], vectors: Vectors, names: Names, field: Field) -> Judgement:
    """What is known of items and many themes without labels."""
    told = [Told.by(item) for item in items]
    read = names.read(told, vectors, field.usual)
    parts = np.zeros((6, *read.near.shape))
    parts[:3] = _by_names(read)
    if field.speaks:
        off_middle = unit(read.vectors - field.middle)
        # Nothing is like what an item without words says.
        off_middle[~read.vectors.any(axis=1)] = 0
        parts[3:5] = _in_field(off_middle, read.used, field.meaning, field.use)
    spread = SPREAD_ALL if field.speaks else SPREAD_NAMES
    if len(field.centres):
        off = unit(vectors - field.middle)
        off[~vectors.any(axis=1)] = 0
        closeness = vectors @ names.vectors.T + TO_CENTRE * off @ field.centres.T
        parts[5], spread = DIVIDED * _apart(closeness, SPREAD_SHARES), SPREAD_DIVIDED
    total = parts.sum(axis=0)
    parts = (parts - parts.mean(axis=2, keepdims=True)) / _spread(total, spread)
    odds = SLOPE * parts.sum(axis=0) + OFFSET
    parts *= SLOPE
    parts[0] += OFFSET
    return Judgement(names, field, read, odds, parts)


def _by_names(read: Read) -> Matrix:
    return np.stack(
        [_apart(read.near, SPREAD_NEAR), _apart(read.by_words, SPREAD_WORDS), NAMED * read.named]
    )


def _sum(read: Read) -> Matrix:
    return np.asarray(_by_names(read).sum(axis=0))


def _in_field(off_middle: Matrix, used: Vectors, meaning: Matrix, use: Matrix) -> Matrix:
    return IN_FIELD * np.stack(
        [
            _apart(off_middle @ meaning.T, SPREAD_MEANING),
            _apart(used @ use.T, SPREAD_USE),
        ]
    )


def _spread(values: Matrix, usual: float) -> Matrix:
    """How far the values of each row differ, between what they do and what is usual."""
    variance = values.var(axis=1, keepdims=True)
    return np.asarray(np.sqrt((variance + usual**2) / 2))


def _apart(values: Matrix, usual: float) -> Matrix:
    """How many spreads each value lies above its row's mean."""
    return np.asarray((values - values.mean(axis=1, keepdims=True)) / _spread(values, usual))


def _how(weight: float) -> str:
    return (
        "near"
        if weight > OFFSET + LEAST
        else "some way from"
        if weight > OFFSET - 1
        else "far from"
    )
