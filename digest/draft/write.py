"""An issue as Markdown that a person would have written."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence

from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from digest.draft.anatomy import newlines
from digest.draft.blocks import open_marker
from digest.draft.faults import CLOSE_MARKER
from digest.draft.oneline import is_heading, write_line
from digest.draft.references import write_reference
from digest.draft.rows import write_rows
from digest.draft.style import DEFAULT, Style, style_named
from digest.draft.tale import write_tale
from digest.markup.front import write_front
from digest.model import Entry, Issue, Why

RULE = "***"
# Where such a line follows a bold label, it would cease to be a list, a quotation, a table.
_OWN_LINE = re.compile(r"(?:>|[-*+][ \t]|\d{1,9}[.)][ \t]|#{1,6}[ \t]|\||`{3}|~{3}| {4}|\t|<!--)")


def to_markdown(issue: Issue, style: str | Style = DEFAULT) -> str:
    r"""The whole draft: front matter, welcome, entries between markers, coda, thanks.

    Reading it gives the same issue back. Lines end with `\n`.

    Args:
        issue: What to write; its `front` keeps comments, order and unknown keys of a draft it was
            read from.
        style: The style of the entries.
    """
    style = _style(style)
    pieces = [entry_block(entry, style) for entry in issue.entries]
    if style.one_line and pieces:
        pieces = ["\n\n".join(pieces)]
    if issue.coda is not None:
        pieces.append(write_tale(issue.coda))
    body = f"\n\n{RULE}\n\n".join(pieces)
    joint = f"\n\n{RULE}\n\n" if pieces and issue.coda is None else "\n\n"
    ending = "\n\n".join(filter(None, [issue.thanks, issue.extra]))
    whole = joint.join(filter(None, [body, ending]))
    if issue.welcome and not issue.entries:
        whole = f"\n\n{RULE}\n\n".join(filter(None, [issue.welcome, whole]))
    else:
        whole = "\n\n".join(filter(None, [issue.welcome, whole]))
    return f"---\n{front_of(issue, style)}---\n\n{whole}\n"


def entry_block(entry: Entry, style: str | Style = DEFAULT) -> str:
    """An entry between its markers, without a line end after the last.

    In a one-line style a headline alone is the heading of a group, which needs no markers.
    """
    style = _style(style)
    if style.one_line and is_heading(entry):
        return f"## {_inline(entry.headline)}"
    opening = open_marker(entry.key, entry.kind, entry.themes)
    return f"{opening}\n{entry_to_markdown(entry, style)}\n{CLOSE_MARKER}"


def entry_to_markdown(entry: Entry, style: str | Style = DEFAULT) -> str:
    """An entry without its markers; a part without text is left out with its label."""
    style = _style(style)
    if style.one_line:
        head, rest = write_line(entry)
        parts = [_tagline(entry), rest, *(_part(part, entry, style) for part in ("why", "extra"))]
    else:
        head = "\n".join(filter(None, [_headline(entry), _tagline(entry)]))
        parts = [_part(part, entry, style) for part in _order(style)]
    parts.append(write_rows(entry.tracked))
    return "\n\n".join(filter(None, [head, *parts]))


def front_of(issue: Issue, style: Style) -> str:
    """The front matter without its fences: known keys as the issue has them, others as read."""
    known: dict[str, object] = {
        "issue": issue.id,
        "number": issue.number,
        "title": _quoted(_title(issue)),
        "subtitle": _quoted(issue.subtitle),
        "date": issue.date,
        "status": issue.status,
        "window": str(issue.window) if issue.window else None,
        "style": style.name if style.name != DEFAULT else None,
    }
    front = issue.front if isinstance(issue.front, CommentedMap) else CommentedMap(issue.front)
    changes = {key: value for key, value in known.items() if _differs(front, key, value)}
    if not changes:
        return newlines(write_front(front))
    if "issue" not in front:
        said = {key: value for key, value in known.items() if value is not None}
        others = {key: value for key, value in front.items() if key not in known}
        return write_front(CommentedMap({**said, **others}))
    front = copy.deepcopy(front)
    front.update(changes)
    return write_front(front)


def _differs(front: CommentedMap, key: str, value: object) -> bool:
    if key not in front:
        return value is not None
    return bool(front[key] != value) and not (value is None and key in ("window", "style"))


def _quoted(text: str) -> DoubleQuotedScalarString:
    """A text in double quotation marks: a colon or a bracket typed into it later does no harm."""
    quoted: DoubleQuotedScalarString = DoubleQuotedScalarString(text)
    return quoted


def _title(issue: Issue) -> str:
    """The title with its parts, which an issue from JSON may hold apart."""
    if issue.parts and issue.parts[0] not in issue.title:
        return f"{issue.title.rstrip(': ')}: {'; '.join(issue.parts)}"
    return issue.title


def _style(style: str | Style) -> Style:
    return style if isinstance(style, Style) else style_named(style)


def _order(style: Style) -> Sequence[str]:
    """The parts behind the headline; what a style does not name comes at the end, never lost."""
    named = [part for part in style.order if part not in ("headline", "tagline", "thesis")]
    return [*named, *(part for part in ("body", "why", "references", "extra") if part not in named)]


def _headline(entry: Entry) -> str:
    return f"## {_inline(entry.headline)}" if entry.headline else ""


def _tagline(entry: Entry) -> str:
    return f"*…{_inline(entry.tagline)}…*" if entry.tagline else ""


def _part(part: str, entry: Entry, style: Style) -> str:
    if part == "why":
        return _why(entry.why, style)
    if part == "references":
        return "\n\n".join(map(write_reference, entry.read_more))
    text = entry.body if part == "body" else entry.extra
    return _labelled(f"**{style.labels[part]}:**", text) if part in style.labels else text


def _why(why: Why, style: Style) -> str:
    said = why.label or style.why_label
    if not why.thesis:
        return _labelled(f"**{said}:**", why.text)
    stop = "" if why.thesis.endswith((":", "?", "!")) else ":"
    label = f"**{said} - {_inline(why.thesis)}{stop}**"
    return _labelled(label, why.text) or label


def _labelled(label: str, text: str) -> str:
    if not text:
        return ""
    return f"{label}\n\n{text}" if _OWN_LINE.match(text) else f"{label} {text}"


def _inline(text: str) -> str:
    return " ".join(text.split())
