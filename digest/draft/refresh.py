"""A draft written anew from its sources, in which every word of the editor's stays.

The rules, which hold for any file whatever:

- An entry is *untouched* while its text between and with its markers equals, white space aside,
  anything that the machine ever wrote for its key. Any other entry is the editor's, byte for byte.
- An untouched entry follows its sources; one whose story was skipped goes, with one rule beside it.
- A newly kept story is appended behind the entries, before the coda. What was once in the draft and
  is no more was deleted, and does not come back.
- Nothing is reordered. Bytes outside untouched entries stay. A damaged marker makes its entry the
  editor's; while there is one, nothing is taken out. Refreshing twice equals refreshing once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from digest.draft.blocks import Blocks, cut, is_untouched, newline_of
from digest.draft.front import load_front
from digest.draft.groups import grouped, insertion_under, title_of
from digest.draft.places import Edit, applied, insertion, removal
from digest.draft.style import DEFAULT, Style, style_named
from digest.draft.write import entry_block, to_markdown
from digest.errors import at
from digest.model import Entry, Issue


@dataclass(frozen=True, slots=True)
class Plan:
    """What the machine wants a draft to hold.

    Attributes:
        issue: A new draft's front matter, welcome, entries (the kept stories, then the best
            ranked), coda and thanks. Of a draft that exists only the entries are refreshed; then
            `issue.entries` should also hold the stories it has already.
        kept: Keys of stories newly kept: appended, unless they stand there or once did.
        skipped: Keys of stories that the editor skipped.
        written: Everything the machine ever wrote for each key, as `Refreshed.remembered` gave it.
        known: Keys that ever stood in this draft and were not withdrawn from it by the machine.
        style: The style of the entries.
        themes: What each theme is called, by id, for styles that group entries by them.
    """

    issue: Issue
    kept: Collection[str] = ()
    skipped: Collection[str] = ()
    written: Mapping[str, Sequence[str]] = field(default_factory=dict)
    known: Collection[str] = ()
    style: str | Style = DEFAULT
    themes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A refreshed draft.

    Attributes:
        text: The whole file.
        remembered: What the machine wrote now, as `(key, text)`: to be stored before the file is.
        warnings: What the editor should know, each with its line.
        added: Keys of entries that were not there before.
        rewritten: Keys of untouched entries that now say something else.
        removed: Keys of untouched entries that were withdrawn.
        touched: Keys of the editor's entries, by markers, in order.
    """

    text: str
    remembered: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    rewritten: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()


def refresh(current: str | None, plan: Plan, path: str = "draft.md") -> Refreshed:
    """Writes a draft, or refreshes the one there is.

    Args:
        current: The file as it stands, with its own line ends; None where there is none.
        plan: What the machine wants.
        path: What to call the file in messages.

    Raises:
        DraftError: its front matter is missing or damaged: nothing can be told about such a file.
    """
    style = plan.style if isinstance(plan.style, Style) else style_named(plan.style)
    texts = {entry.key: entry_block(entry, style) for entry in plan.issue.entries}
    if current is None:
        return _new(plan, style, texts)
    load_front(current, path)
    blocks = cut(current)
    changes = _changes(blocks, plan, texts)
    new = [entry for entry in plan.issue.entries if _is_wanted(entry, blocks, plan)]
    newline = newline_of(current)
    edits = [*_rewrites(blocks, changes, texts, newline), *_removals(blocks, changes)]
    text = applied(current, edits)
    for entry in new:
        text = applied(text, [_insertion(text, entry, texts[entry.key], newline, plan, style)])
    rewritten = tuple(key for key, change in changes.items() if change == "rewrite")
    added = tuple(entry.key for entry in new)
    return Refreshed(
        text=text,
        remembered=tuple((key, texts[key]) for key in (*rewritten, *added)),
        warnings=tuple(_warnings(blocks, path)),
        added=added,
        rewritten=rewritten,
        removed=tuple(key for key, change in changes.items() if change == "remove"),
        touched=tuple(key for key, change in changes.items() if change == "touched"),
    )


def _new(plan: Plan, style: Style, texts: Mapping[str, str]) -> Refreshed:
    entries = tuple(entry for entry in plan.issue.entries if entry.key not in plan.skipped)
    issue = replace(plan.issue, entries=entries)
    if style.one_line:
        issue = replace(issue, entries=tuple(grouped(entries, plan.themes)), coda=None)
    keys = tuple(entry.key for entry in entries)
    return Refreshed(
        text=to_markdown(issue, style),
        remembered=tuple((key, texts[key]) for key in keys),
        added=keys,
    )


def _insertion(text: str, entry: Entry, block: str, newline: str, plan: Plan, style: Style) -> Edit:
    """Where a new entry goes: behind the last, or behind the last of its theme."""
    if not style.one_line:
        return insertion(text, block, newline, plan.issue.thanks)
    theme = entry.themes[0] if entry.themes else ""
    heading = title_of(theme, plan.themes)
    under = insertion_under(cut(text).blocks, theme, heading, block, newline)
    headed = f"## {heading}\n\n{block}"
    return under or insertion(text, headed, newline, plan.issue.thanks)


def _changes(blocks: Blocks, plan: Plan, texts: Mapping[str, str]) -> dict[str, str]:
    """What happens to each marked entry: `touched`, `same`, `rewrite` or `remove`."""
    changes: dict[str, str] = {}
    for block in blocks.entries:
        key = block.key
        text = texts.get(key)
        if key in blocks.duplicates or not is_untouched(block, plan.written.get(key, ())):
            is_new = text is not None and is_untouched(block, [text])
            changes[key] = "same" if is_new else "touched"
        elif key in plan.skipped:
            # between damaged markers, what is taken out could let others pair up
            changes[key] = "same" if blocks.faults else "remove"
        elif text is None or is_untouched(block, [text]):
            changes[key] = "same"
        else:
            changes[key] = "rewrite"
    return changes


def _is_wanted(entry: Entry, blocks: Blocks, plan: Plan) -> bool:
    key = entry.key
    return (
        key in plan.kept
        and key not in plan.skipped
        and key not in plan.known
        and key not in blocks.keys
    )


def _rewrites(
    blocks: Blocks, changes: Mapping[str, str], texts: Mapping[str, str], newline: str
) -> Iterator[Edit]:
    for block in blocks.entries:
        if changes[block.key] == "rewrite":
            end = block.start + len(block.text.rstrip("\r\n"))
            yield Edit(block.start, end, texts[block.key].replace("\n", newline))


def _removals(blocks: Blocks, changes: Mapping[str, str]) -> Iterator[Edit]:
    gone = [block.key for block in blocks.entries if changes[block.key] == "remove"]
    for key in gone:
        yield removal(blocks.blocks, key, gone)


def _warnings(blocks: Blocks, path: str) -> Iterator[str]:
    for fault in blocks.faults:
        where = at(path, fault.line)
        yield f"{where}: {fault.message}; it is left as it is. To mend it, {fault.cure}."
