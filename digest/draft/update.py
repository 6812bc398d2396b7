"""An entry that is the editor's, brought up to date when the editor asks for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff

from digest.draft.anatomy import newlines
from digest.draft.blocks import Block, cut, is_untouched, newline_of
from digest.draft.merge import Merged, three_way
from digest.draft.places import Edit, applied
from digest.draft.refresh import Plan
from digest.draft.style import style_named
from digest.draft.write import entry_block
from digest.errors import NotFound


@dataclass(frozen=True, slots=True)
class Updated:
    """A draft with entries merged.

    Attributes:
        text: The whole file.
        remembered: What the machine would have written, as `(key, text)`: the base of the next
            merge.
        conflicts: How many slots `[[update: …]]` were left where both had changed the same words.
    """

    text: str
    remembered: tuple[tuple[str, str], ...] = ()
    conflicts: int = 0


def diff(current: str, plan: Plan, keys: Collection[str]) -> str:
    """What the machine would write now for some entries, against what it wrote when they began.

    Empty where nothing is new. Where there is no record of the machine's words, the comparison is
    with the entry as it stands.

    Raises:
        NotFound: the draft has no such entry, or the plan has no story for it.
    """
    lines: list[str] = []
    for block, now in _chosen(current, plan, keys):
        base = base_of(block, plan.written.get(block.key, ()))
        before = base if base is not None else newlines(block.text)
        if before.split() != now.split():
            lines += unified_diff(
                before.splitlines(), now.splitlines(), f"{block.key} before", f"{block.key} now",
                lineterm="",
            )  # fmt: skip
    return "\n".join(lines)


def update(current: str, plan: Plan, keys: Collection[str]) -> Updated:
    """Merges what is new into some entries, without losing a word of the editor's.

    Every other byte of the file stays.

    Raises:
        NotFound: the draft has no such entry, or the plan has no story for it.
    """
    newline = newline_of(current)
    edits, remembered, conflicts = [], [], 0
    for block, now in _chosen(current, plan, keys):
        merged = _merged(block, now, plan.written.get(block.key, ()))
        end = block.start + len(block.text.rstrip("\r\n"))
        edits.append(Edit(block.start, end, merged.text.replace("\n", newline)))
        remembered.append((block.key, now))
        conflicts += merged.conflicts
    return Updated(applied(current, edits), tuple(remembered), conflicts)


def _merged(block: Block, now: str, written: Sequence[str]) -> Merged:
    """A block brought up to date; its opening marker is the editor's where they changed it."""
    if is_untouched(block, written):
        return Merged(now, 0)
    mine = newlines(block.text).strip("\n").split("\n")
    base = (base_of(block, written) or "").split("\n")
    theirs = now.split("\n")
    inner = ("\n".join(lines[1:-1]) + "\n" for lines in (base, mine, theirs))
    merged = three_way(*inner)
    opening = theirs[0] if mine[0] == base[0] else mine[0]
    return Merged(f"{opening}\n{merged.text}{mine[-1]}", merged.conflicts)


def base_of(block: Block, written: Sequence[str]) -> str | None:
    """Which of the machine's texts an entry was made from: the likest, of equals the latest."""
    mine = block.text.split()
    best: tuple[float, str] | None = None
    for text in written:
        ratio = SequenceMatcher(None, text.split(), mine, autojunk=False).ratio()
        if best is None or ratio >= best[0]:
            best = ratio, text
    return best[1] if best else None


def _chosen(current: str, plan: Plan, keys: Collection[str]) -> list[tuple[Block, str]]:
    """The blocks of some entries, each with what the machine would write now."""
    style = style_named(plan.style) if isinstance(plan.style, str) else plan.style
    now = {entry.key: entry_block(entry, style) for entry in plan.issue.entries}
    blocks = cut(current)
    here = {block.key: block for block in blocks.entries if block.key not in blocks.duplicates}
    for key in keys:
        if key not in here:
            raise NotFound(
                f"the draft has no entry {key} between sound markers",
                cure=f"its entries are {', '.join(here) or 'none'}",
            )
        if key not in now:
            raise NotFound(f"the entry {key} has no story, so nothing is new for it")
    return [(here[key], now[key]) for key in dict.fromkeys(keys)]
