"""YAML into plain values, with the line and column of each of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from digest.config.problems import Key, Places, Problem, report
from digest.errors import ConfigError

_MOST = 100_000


def read(text: str, path: Path) -> tuple[Any, Places]:
    """Plain dicts, tuples and scalars, and where each key or element stands, counted from 1.

    Raises:
        ConfigError: The text is not YAML, or a key stands twice in one mapping.
    """
    places: Places = {(): (1, 1)}
    try:
        return _plain(YAML().load(text), (), places), places
    except MarkedYAMLError as error:
        raise _syntax(error, text, path) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"the character U+{ord(text[error.position]):04X} has no place in YAML: delete it"
        raise report(path, [Problem(line, 1, "", message)]) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise report(path, [Problem(1, 1, "", f"not YAML that can be read: {error}")]) from None


def _syntax(error: MarkedYAMLError, text: str, path: Path) -> ConfigError:
    problem = " ".join(str(error.problem or error.context or "unreadable").split())
    # what never ends is mended where it begins
    endless = "end of stream" in problem or "stream end" in problem
    mark = (endless and error.context_mark) or error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.splitlines()
    here = lines[line - 1] if line <= len(lines) else ""
    if isinstance(error, DuplicateKeyError):
        key = here[column - 1 :].partition(":")[0].strip(" \"'-{")
        message = f"the key {key} stands twice: keep one of them"
    elif "\t" in here[: len(here) - len(here.lstrip())]:
        message = "a tab at the start of a line: YAML is indented with spaces"
    elif endless:
        what = "quotation mark" if "scalar" in str(error.context) else "bracket"
        message = f"a {what} opens here and is never closed"
    elif "mapping values are not allowed" in problem:
        message = "a colon where none may stand: a value with a colon in it needs quotation marks"
    else:
        message = f"not YAML: {problem}"
    return report(path, [Problem(line, column, "", message)])


def _plain(node: Any, key: Key, places: Places) -> Any:
    if isinstance(node, CommentedMap):
        # a key that is no text is no key of ours: as text it will be called unknown
        return {str(name): _child(node, name, (*key, str(name)), places) for name in node}
    if isinstance(node, CommentedSeq):
        return tuple(_child(node, n, (*key, n), places) for n in range(len(node)))
    if isinstance(node, bool):
        return bool(node)
    for kind in (int, float, str):  # ruamel's scalars are subclasses that carry their notation
        if isinstance(node, kind):
            return kind(node)
    return node


def _child(node: Any, name: Any, key: Key, places: Places) -> Any:
    if len(places) > _MOST:  # aliases inside aliases multiply
        raise ValueError(f"more than {_MOST} values")
    at = node.lc.data.get(name) if node.lc.data else None
    places[key] = (at[0] + 1, at[1] + 1) if at else places[key[:-1]]
    return _plain(node[name], key, places)
