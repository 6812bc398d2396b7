"""The YAML front matter of a draft: read, changed and written so that nothing else changes."""

from __future__ import annotations

import re
from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from digest.errors import DraftError, at

# Where a map keeps the text it was read from.
_TEXT = "digest_text"

_FENCE = re.compile(r"---[ \t]*(?:\r?\n|\Z)")
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE)


def split(text: str) -> tuple[str | None, str, int]:
    """Front matter (without its fences; None where there is none), body, line the body starts on.

    Lines count from 1. Front matter and body are the text's own characters.

    Raises:
        DraftError: The front matter begins and never ends.
    """
    start = 1 if text.startswith("\ufeff") else 0
    opening = _FENCE.match(text, start)
    if not opening:
        return None, text[start:], 1
    closing = _END.search(text, opening.end())
    if not closing:
        raise DraftError(
            "the front matter has no end",
            where=at("front matter", 1),
            cure="Put a line of three hyphens (---) below it.",
        )
    line = text.count("\n", 0, closing.end()) + 1
    return text[opening.end() : closing.start()], text[closing.end() :], line


def read_front(text: str) -> CommentedMap:
    """The keys of a front matter, with all that `write_front` needs to leave the rest alone.

    Raises:
        DraftError: It is no YAML, no mapping, or a key stands twice; with the line in the draft.
    """
    try:
        found = _yaml().load(text)
    except DuplicateKeyError as error:
        mark = error.problem_mark
        raise _damaged("a key of the front matter stands twice", mark.line if mark else 0) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(str(error.problem or error.context).split())
        raise _damaged(
            f"the front matter is not YAML: {problem}", mark.line if mark else 0
        ) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise _damaged(f"the front matter is not YAML: {error}", 0) from None
    if found is None:
        found = CommentedMap()
    if not isinstance(found, CommentedMap):
        raise _damaged("the front matter is no list of keys and values", 0)
    setattr(found, _TEXT, text)
    return found


def write_front(front: CommentedMap) -> str:
    """The front matter as text: byte for byte what was read, but for the keys that changed."""
    text = getattr(front, _TEXT, None)
    if text is not None and read_front(text) == front:
        return str(text)
    out = StringIO()
    _yaml().dump(front, out)
    return out.getvalue()


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 10_000
    return yaml


def _damaged(message: str, line: int) -> DraftError:
    # the draft's first line is the fence, and ruamel counts from 0
    return DraftError(message, where=at("front matter", line + 2), cure="Correct the line.")
