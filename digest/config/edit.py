"""Sources put into sources.yaml and taken out of it, the rest of the file byte for byte as it was.

The file is the editor's: its comments, order, quotes and spaces mean something to a person, and no
YAML library writes them back exactly. So the file is only *read* as YAML, to learn where each
source begins and ends; then lines are put in or taken out of its text. What comes of it is read
again, and must say what the old file said and the change, nothing else.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, SequenceNode
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from digest.config.tree import read
from digest.errors import ConfigError, NotFound, at

Entry = Mapping[str, Any]
_BOM = "\ufeff"
_KEY = "sources"
_HEADING = re.compile(r"\s*#\s*---(?:\s+(?P<name>[^\s-].*?))?(?:\s+-+)?\s*")
_PLAIN_WORDS = re.compile(r"[^\W\d_][\w -]*")


def add(text: str, entries: Sequence[Entry], path: Path, *, groups: Sequence[str] = ()) -> str:
    """The text with these sources after the last one, written in the manner of that one.

    Args:
        text: The whole of a sources.yaml that can be loaded.
        entries: What each source says: plain values by key, in the order to write them.
        path: The file, for messages.
        groups: The heading that each belongs under; where that changes, a comment says so, which
            `headings` reads. None, or one for each.

    Raises:
        ConfigError: the file is written in a way in which nothing can be added to it safely.
    """
    body = text.removeprefix(_BOM)
    if not entries:
        return text
    edited = text[: len(text) - len(body)] + _added(body, entries, groups)
    _compare(text, edited, lambda old: (*old, *map(dict, entries)), path)
    return edited


def remove(text: str, source_id: str, path: Path) -> str:
    """The text without a source; the comments above and below it stay.

    Raises:
        NotFound: the file has no such source.
        ConfigError: the file is written in a way in which it cannot be taken out safely.
    """
    body = text.removeprefix(_BOM)
    listed, members = _members(body)
    ids = [_id(member) for member in members]
    if listed is None or source_id not in ids:
        raise NotFound(f"there is no source {source_id!r}", where=str(path))
    place = ids.index(source_id)
    cut = _cut_flow if listed.flow_style else _cut_block
    start, end = cut(body, listed, place)
    edited = text[: len(text) - len(body)] + body[:start] + body[end:]
    _compare(text, edited, lambda old: (*old[:place], *old[place + 1 :]), path)
    return edited


def line_of(text: str, source_id: str) -> int | None:
    """The line on which a source begins, counted from 1; None where there is no such source."""
    body = text.removeprefix(_BOM)
    for member in _members(body)[1]:
        if _id(member) == source_id:
            return int(member.start_mark.line) + 1
    return None


def headings(text: str) -> dict[str, str]:
    """The heading that each source stands under, by id: `# --- Laboratories ---` begins one.

    It holds until the next; `# ---` alone ends it.
    """
    body = text.removeprefix(_BOM)
    ids = {int(member.start_mark.line): _id(member) for member in _members(body)[1]}
    heading, found = "", {}
    for number, line in enumerate(body.split("\n")):
        if match := _HEADING.fullmatch(line):
            heading = match["name"] or ""
        if number in ids:
            found[ids[number]] = heading
    return found


# ------------------------------------------------------------------------------------------- places


def _listed(body: str) -> tuple[Node, Node] | None:
    """The key `sources` and what stands under it, as nodes that know where they begin and end."""
    root = YAML().compose(body)
    for key, value in root.value if isinstance(root, MappingNode) else []:
        if key.value == _KEY:
            return key, value
    return None


def _members(body: str) -> tuple[SequenceNode | None, list[Node]]:
    found = _listed(body)
    if found is None or not isinstance(found[1], SequenceNode):
        return None, []
    return found[1], found[1].value


def _id(member: Node) -> str:
    for key, value in member.value if isinstance(member, MappingNode) else []:
        if key.value == "id":
            return str(value.value)
    return ""


def _end(body: str, node: Node) -> int:
    """Where a node's own text ends.

    What ruamel calls the end of a block is where the next thing begins, comments and all; so the
    last leaf is asked instead.
    """
    if not isinstance(node, CollectionNode) or node.flow_style or not node.value:
        end = int(node.end_mark.index)
    elif isinstance(node, MappingNode):
        # an alias is the node that it names, which stands further up: its key does not
        key, value = node.value[-1]
        end = max(_end(body, key), _end(body, value))
    else:
        end = _end(body, node.value[-1])
    return len(body[:end].rstrip())


def _line_end(body: str, place: int) -> int:
    """The beginning of the next line, or the end of the text."""
    found = body.find("\n", place)
    return len(body) if found < 0 else found + 1


def _line_start(body: str, place: int) -> int:
    return body.rfind("\n", 0, place) + 1


# ------------------------------------------------------------------------------------------- adding


def _added(body: str, entries: Sequence[Entry], groups: Sequence[str]) -> str:
    found = _listed(body)
    newline = "\r\n" if "\r\n" in body else "\n"
    lines = _lines(entries, groups, indent=2, flow=True, newline=newline)
    if found is None:
        return _with_lines(body, len(body), f"{newline}{_KEY}:{newline}{lines}", newline)
    key, listed = found
    if isinstance(listed, SequenceNode) and listed.value:
        return _after_last(body, listed, entries, groups, newline)
    start, end = int(listed.start_mark.index), int(listed.end_mark.index)
    if start < end:  # `[]` or `null`: a list in its place
        rest = body[end:] or newline
        return body[:start].rstrip(" ") + newline + lines.removesuffix(newline) + rest
    return _with_lines(body, _line_end(body, int(key.end_mark.index)), lines, newline)


def _after_last(
    body: str, listed: SequenceNode, entries: Sequence[Entry], groups: Sequence[str], newline: str
) -> str:
    last = listed.value[-1]
    place = _end(body, last)
    if listed.flow_style:
        return body[:place] + "".join(f", {_flow(one)}" for one in entries) + body[place:]
    indent, flow = int(listed.start_mark.column), bool(last.flow_style)
    before = headings(body).get(_id(last), "")
    lines = _lines(entries, groups, indent=indent, flow=flow, newline=newline, before=before)
    return _with_lines(body, _line_end(body, place), lines, newline)


def _with_lines(body: str, place: int, lines: str, newline: str) -> str:
    before = body[:place]
    if before and not before.endswith("\n"):
        before += newline
    return before + lines + body[place:]


def _lines(
    entries: Sequence[Entry],
    groups: Sequence[str],
    *,
    indent: int,
    flow: bool,
    newline: str,
    before: str = "",
) -> str:
    """The lines of some entries; `before` is the heading that they would stand under."""
    margin, lines = " " * indent, list[str]()
    for entry, group in zip(entries, groups or [before] * len(entries), strict=True):
        heading = " ".join(group.split())
        if heading != before:
            lines.append(f"{margin}# --- {heading} ---" if heading else f"{margin}# ---")
        before = heading
        written = [_flow(entry)] if flow else _block(entry)
        lines.append(f"{margin}- {written[0]}")
        lines += [f"{margin}  {line}" for line in written[1:]]
    return "".join(line + newline for line in lines)


def _flow(entry: Entry) -> str:
    values = _quoted(entry)
    values.fa.set_flow_style()
    return _dumped(values)[0]


def _block(entry: Entry) -> list[str]:
    return _dumped(_quoted(entry))


def _quoted(entry: Entry) -> CommentedMap:
    """Text in quotation marks, but for plain words, which YAML cannot misread."""
    return CommentedMap(
        (key, DoubleQuotedScalarString(value) if _needs_quotes(value) else value)
        for key, value in entry.items()
    )


def _needs_quotes(value: Any) -> bool:
    return isinstance(value, str) and not _PLAIN_WORDS.fullmatch(value)


def _dumped(values: CommentedMap) -> list[str]:
    yaml, out = YAML(), io.StringIO()
    yaml.width = 1_000_000  # one line for each value, however long
    yaml.dump(values, out)
    return out.getvalue().rstrip("\n").split("\n")


# ----------------------------------------------------------------------------------------- removing


def _cut_block(body: str, listed: SequenceNode, place: int) -> tuple[int, int]:
    """The whole lines of one member of a list with dashes."""
    member = listed.value[place]
    column = int(listed.start_mark.column)
    start = _line_start(body, int(member.start_mark.index))
    floor = int(listed.start_mark.index)
    # the dash may stand on a line of its own, above the member
    while start > floor and body[start:][column : column + 1] != "-":
        start = _line_start(body, start - 1)
    return start, _line_end(body, _end(body, member))


def _cut_flow(body: str, listed: SequenceNode, place: int) -> tuple[int, int]:
    """One member of a list in brackets, with the comma that divides it from a neighbour."""
    members = listed.value
    if place + 1 < len(members):
        return int(members[place].start_mark.index), int(members[place + 1].start_mark.index)
    start = int(members[place].start_mark.index)
    end = _end(body, members[place])
    if place:
        return _end(body, members[place - 1]), end
    return start, int(listed.end_mark.index) - 1


# ---------------------------------------------------------------------------------------- comparing


def _compare(old: str, new: str, change: Any, path: Path) -> None:
    """Make sure that the new text says what the old one said, its sources changed as wanted."""
    before, _ = read(old.removeprefix(_BOM), path)
    try:
        after, _ = read(new.removeprefix(_BOM), path)
    except ConfigError:
        after = None
    wanted = {**before, _KEY: change(before.get(_KEY) or ())}
    if after is None or {**after, _KEY: after.get(_KEY) or ()} != wanted:
        place = next((n for n, line in enumerate(old.splitlines(), 1) if _KEY in line), None)
        raise ConfigError(
            "the list of sources is written in a way that cannot be edited safely",
            where=at(path, place),
            cure="Edit it by hand; nothing was changed.",
        )
