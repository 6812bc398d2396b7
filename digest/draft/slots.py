"""Slots: the places in a draft that await the editor's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A backslash keeps a bracket a bracket; a matrix such as [[1, 2]] is no slot, for slots have names.
_SLOT = re.compile(
    r"(?<!\\)\[\[\s*(?P<name>[^\W\d_][\w -]*?)\s*(?::(?P<hint>(?:(?!\]\]).)*))?\]\]", re.DOTALL
)
_LOOSE = re.compile(r"[\[\]\r\n]+")


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot as it stands in a text: its name, its hint, and where it starts."""

    name: str
    hint: str
    text: str
    start: int


def slot(name: str, hint: str = "") -> str:
    """A slot's text; brackets and line ends in the hint become spaces."""
    hint = " ".join(_LOOSE.sub(" ", hint).split())
    return f"[[{name}: {hint}]]" if hint else f"[[{name}]]"


def slots_in(text: str) -> Iterator[Slot]:
    """The slots that stand in a text, in order."""
    for match in _SLOT.finditer(text):
        yield Slot(match["name"], (match["hint"] or "").strip(), match[0], match.start())


def is_slot(text: str) -> bool:
    """Whether a text is one slot and nothing else."""
    return _SLOT.fullmatch(text.strip()) is not None
