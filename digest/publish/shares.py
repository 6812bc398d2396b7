"""How much of the newsletter a theme took up over time, as a picture of bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from digest.publish.cards import Shelved, ThemeCard

# A picture of fewer says nothing; one of more cannot be read on a phone.
FEWEST, MOST = 4, 48
_STEP, _WIDTH, HEIGHT = 10, 7, 60


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its place and size in the picture, and what it says."""

    x: int
    y: float
    width: int
    height: float
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Bars of a theme's share among all entries, each for one issue or for several in a row.

    Attributes:
        width, height: Of the picture, in its own units.
        bars: The oldest first.
        start, end: The days of the first and the last issue.
        highest: The share that the full height stands for, in percent.
        words: What the picture says, for those who do not see it.
    """

    width: int
    height: int
    bars: tuple[Bar, ...]
    start: date
    end: date
    highest: int
    words: str


def share_picture(theme: ThemeCard, shelf: Sequence[Shelved]) -> Picture | None:
    """A theme's share over time; None where there are too few issues to speak of.

    Args:
        theme: Whose share.
        shelf: Issues, oldest first.
    """
    if len(shelf) < FEWEST:
        return None
    run = -(-len(shelf) // MOST)
    # Counted from the newest, so that the last bar is whole.
    first = len(shelf) % run
    cuts = [0, *range(first, len(shelf), run)] if first else list(range(0, len(shelf), run))
    groups = [shelf[a:b] for a, b in zip(cuts, [*cuts[1:], len(shelf)], strict=True)]
    shares = [_share(theme, group) for group in groups]
    highest = max(shares)
    if not highest:
        return None
    bars = tuple(
        _bar(place, share, highest, group)
        for place, (share, group) in enumerate(zip(shares, groups, strict=True))
    )
    return Picture(
        width=len(bars) * _STEP - (_STEP - _WIDTH),
        height=HEIGHT,
        bars=bars,
        start=shelf[0].card.day,
        end=shelf[-1].card.day,
        highest=round(highest * 100),
        words=f"{theme.title}: {_percent(shares[0])} of the entries at first, "
        f"{_percent(shares[-1])} at last, {_percent(highest)} at most.",
    )


def _share(theme: ThemeCard, group: Sequence[Shelved]) -> float:
    entries = [entry for shelved in group for entry in shelved.entries]
    its = sum(any(one.id == theme.id for one in entry.themes) for entry in entries)
    return its / len(entries) if entries else 0.0


def _bar(place: int, share: float, highest: float, group: Sequence[Shelved]) -> Bar:
    height = max(0.8, round(share / highest * HEIGHT, 1))
    first, last = group[0].card.number, group[-1].card.number
    which = f"No. {first}" if first == last else f"No. {first} to {last}"
    return Bar(
        x=place * _STEP,
        y=round(HEIGHT - height, 1),
        width=_WIDTH,
        height=height,
        words=f"{which}: {_percent(share)}",
    )


def _percent(share: float) -> str:
    return f"{share:.0%}"
