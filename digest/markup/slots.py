"""Slots: the places in a draft that await the editor's words, `[[name: hint]]`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
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
    return map(_slot, _SLOT.finditer(text)) if "[[" in text else iter(())


def is_slot(text: str) -> bool:
    """Whether a text is one slot and nothing else."""
    return _SLOT.fullmatch(text.strip()) is not None


def replace_slots(text: str, put: Callable[[Slot], str]) -> str:
    """The text with something else in the place of each slot."""
    return _SLOT.sub(lambda match: put(_slot(match)), text) if "[[" in text else text


def without_slots(text: str) -> str:
    """The text with nothing in the place of its slots."""
    return replace_slots(text, lambda _: "")


def _slot(match: re.Match[str]) -> Slot:
    return Slot(match["name"], (match["hint"] or "").strip(), match[0], match.start())
