"""Entries under a heading for each theme, for the one-line styles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from digest.draft.blocks import Block
from digest.draft.places import Edit
from digest.model import Entry

ELSEWHERE = "Elsewhere"


def grouped(entries: Sequence[Entry], titles: Mapping[str, str]) -> list[Entry]:
    """The entries by their first theme, in the order of first appearance, under headings.

    Args:
        entries: In order of rank.
        titles: What each theme is called, by id.
    """
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.themes[0] if entry.themes else "", []).append(entry)
    found: list[Entry] = []
    for theme, same in groups.items():
        found += [Entry(key=f"theme-{theme or 'none'}", headline=title_of(theme, titles)), *same]
    return found


def title_of(theme: str, titles: Mapping[str, str]) -> str:
    """What a theme is called."""
    return titles.get(theme) or theme.replace("-", " ").capitalize() or ELSEWHERE


def insertion_under(
    blocks: Sequence[Block], theme: str, heading: str, entry: str, newline: str
) -> Edit | None:
    """Puts an entry behind the last one of its theme, or under a new heading behind them all.

    None where the draft has no entry yet.
    """
    entries = [block for block in blocks if block.kind == "entry"]
    same = [block for block in entries if block.marker and (*block.marker.themes, "")[0] == theme]
    if not entries:
        return None
    last = (same or entries)[-1]
    text = entry if same else f"## {heading}\n\n{entry}"
    end = last.start + len(last.text.rstrip("\r\n"))
    return Edit(end, end, f"\n\n{text}".replace("\n", newline))
