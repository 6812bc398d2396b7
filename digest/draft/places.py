"""Where in a draft the machine writes: edits that leave every other byte where it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from digest.draft.blocks import Block, cut, lines_of
from digest.draft.sections import coda_start, thanks_start
from digest.draft.write import RULE


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters `start` to `end` of a draft become `text`."""

    start: int
    end: int
    text: str


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits made, which must not overlap."""
    for edit in sorted(edits, key=lambda each: each.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def removal(blocks: Sequence[Block], key: str, gone: Collection[str]) -> Edit:
    """Takes out an entry and one rule beside it: the one behind it, else the one before.

    `gone` are all keys that are being taken out: two that share a rule take it out once.
    """
    index = next(n for n, block in enumerate(blocks) if block.key == key)
    block = blocks[index]
    behind = _rule_next(blocks, index, 1)
    if behind is not None:
        return Edit(block.start, _after_blank(blocks, behind + 1), "")
    before = _rule_next(blocks, index, -1)
    if before is None:
        return Edit(block.start, _after_blank(blocks, index + 1), "")
    neighbour = _entry_next(blocks, before)
    if neighbour is not None and neighbour in gone:
        return Edit(block.start, block.end, "")
    return Edit(blocks[before].start, block.end, "")


def insertion(text: str, entry: str, newline: str, thanks: str = "") -> Edit:
    """Puts an entry behind all others: before the coda, else before the thanks, else at the end."""
    blocks = cut(text).blocks
    point = _point(blocks, text, thanks)
    before = text[:point]
    entry = entry.replace("\n", newline)
    gap = newline * 2
    if point == len(text):
        joint = "" if _ends_in_rule(before) or _is_only_front(blocks) else f"{RULE}{gap}"
        return Edit(point, point, f"{_to_blank_line(before, newline)}{joint}{entry}{newline}")
    if _ends_in_rule(before):
        piece = f"{entry}{gap}{RULE}{gap}"
    elif _has_entries(blocks, point):
        piece = f"{RULE}{gap}{entry}{gap}"
    else:
        piece = f"{entry}{gap}"
    return Edit(point, point, _to_blank_line(before, newline) + piece)


def _point(blocks: Sequence[Block], text: str, thanks: str) -> int:
    last = max((block.end for block in blocks if block.kind == "entry"), default=0)
    start = coda_start(blocks)
    if start is None or start < last:
        start = thanks_start(blocks, last, thanks)
    if start is None:
        start = len(text)
    if last or _has_entries(blocks, start):
        return start
    # nothing but the welcome stands before: the first entry follows it without a rule
    rule = next((block.start for block in blocks if block.kind == "rule"), start)
    return min(rule, start)


def _has_entries(blocks: Sequence[Block], point: int) -> bool:
    """Whether an entry, marked or the editor's own, stands before a point."""
    behind_welcome = False
    for block in blocks:
        if block.start >= point:
            break
        if block.kind == "entry":
            return True
        if block.kind == "text":
            headed = any(line.text.startswith("## ") for line in lines_of(block.text))
            if (behind_welcome and block.text[: point - block.start].strip()) or (
                headed and block.end <= point
            ):
                return True
        behind_welcome = behind_welcome or block.kind == "rule"
    return False


def _is_only_front(blocks: Sequence[Block]) -> bool:
    return all(block.kind == "front" or not block.text.strip() for block in blocks)


def _ends_in_rule(text: str) -> bool:
    lines = lines_of(text)
    while lines and lines[-1].blank:
        lines.pop()
    return bool(lines) and lines[-1].is_rule


def _to_blank_line(before: str, newline: str) -> str:
    """What must follow a text so that the next line stands after a blank one."""
    if not before.strip():
        return ""
    tail = before.replace("\r\n", "\n")
    if tail.endswith("\n\n"):
        return ""
    return newline if tail.endswith("\n") else newline * 2


def _rule_next(blocks: Sequence[Block], index: int, step: int) -> int | None:
    """The index of the rule beside a block, with nothing but blank lines between."""
    index += step
    while 0 <= index < len(blocks):
        if blocks[index].kind == "rule":
            return index
        if blocks[index].kind != "text" or blocks[index].text.strip():
            return None
        index += step
    return None


def _entry_next(blocks: Sequence[Block], rule: int) -> str | None:
    """The key of the entry right before a rule."""
    for block in reversed(blocks[:rule]):
        if block.kind == "entry":
            return block.key
        if block.text.strip():
            return None
    return None


def _after_blank(blocks: Sequence[Block], index: int) -> int:
    """The end of the blank lines at the start of a block that is text; else its start."""
    if index >= len(blocks):
        return blocks[-1].end
    block = blocks[index]
    if block.kind != "text":
        return block.start
    for line in lines_of(block.text, block.start):
        if not line.blank:
            return line.start
    return block.end
