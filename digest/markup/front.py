"""The YAML front matter of a draft: read, changed and written so that nothing else changes."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from digest.errors import DraftError, at

# The attribute in which a map keeps the text it was read from.
_TEXT = "digest_text"


def read_front(text: str) -> CommentedMap:
    """The keys of a front matter, with what `write_front` needs to leave the rest alone.

    Raises:
        DraftError: It is no YAML, no mapping, or a key stands twice; with the line in the draft.
    """
    try:
        found = _yaml().load(text)
    except DuplicateKeyError as error:
        raise _damaged("a key of the front matter stands twice", error.problem_mark) from None
    except MarkedYAMLError as error:
        problem = " ".join(str(error.problem or error.context).split())
        mark = error.problem_mark or error.context_mark
        raise _damaged(f"the front matter is not YAML: {problem}", mark) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise _damaged(f"the front matter is not YAML: {error}", None) from None
    if found is None:
        found = CommentedMap()
    if not isinstance(found, CommentedMap):
        raise _damaged("the front matter is no list of keys and values", None)
    setattr(found, _TEXT, text)
    return found


def write_front(front: CommentedMap) -> str:
    """The front matter as text: byte for byte what was read, but for the keys that changed.

    A changed key is written anew in its place, a new one at the end; a removed one goes with its
    line. Comments stay, those behind a changed value too.
    """
    text = getattr(front, _TEXT, "")
    before = read_front(text) if text else CommentedMap()
    if list(before.items()) == list(front.items()):
        return str(text)
    chunks = _chunks(text, before)
    if chunks is None or not _in_order(before, front):
        return _dump(front)
    ends = "\r\n" if "\r\n" in text else "\n"
    written = chunks.pop(None, "")
    for key, value in front.items():
        old = chunks.get(key)
        if old is not None and _equal(before[key], value):
            written += old
        else:
            new = _dump(CommentedMap({key: value})).replace("\n", ends)
            written += new if old is None else _in_place(old, new, ends)
        if not written.endswith("\n"):
            written += ends
    return written


def _chunks(text: str, before: CommentedMap) -> dict[Any, str] | None:
    """The lines of each key, under None those above the first; None where keys share lines."""
    places = before.lc.data or {}
    starts = [places[key][0] for key in before]
    if any(places[key][1] != 0 for key in before) or len(set(starts)) < len(starts):
        return None
    lines = text.splitlines(keepends=True)
    edges = [*starts, len(lines)]
    chunks: dict[Any, str] = {None: "".join(lines[: edges[0]])}
    for key, low, high in zip(before, edges, edges[1:], strict=False):
        chunks[key] = "".join(lines[low:high])
    return chunks


def _in_order(before: CommentedMap, front: CommentedMap) -> bool:
    kept = [key for key in front if key in before]
    return kept == [key for key in before if key in front]


def _equal(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _in_place(old: str, new: str, ends: str) -> str:
    """The new line of a key with the comments that stood behind and below the old one."""
    first, *below = old.splitlines(keepends=True)
    comment = re.search(r"""(?<=\s)\s*#[^"'\r\n]*$""", first.rstrip("\r\n"))
    if comment and new.count("\n") == 1:
        new = f"{new.rstrip()} {comment[0].lstrip()}{ends}"
    kept = [line for line in below if not line.strip() or line.lstrip().startswith("#")]
    return new + "".join(kept)


def _dump(front: CommentedMap) -> str:
    if not front:
        return ""
    out = StringIO()
    _yaml().dump(front, out)
    return out.getvalue()


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 10_000
    return yaml


def _damaged(message: str, mark: Any) -> DraftError:
    # the draft's first line is the fence, and ruamel counts from 0
    line = mark.line + 2 if mark else 2
    return DraftError(message, where=at("front matter", line), cure="Correct that line.")
