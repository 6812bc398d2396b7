"""Themes for trying tags out: from a sources.yaml, from a bare list, or from labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from digest.config.problems import Places, Problem, report
from digest.config.schema import Theme
from digest.config.tree import read
from digest.errors import ConfigError


def read_themes(path: Path) -> list[Theme]:
    """The themes of a file that is a sources.yaml, has a `themes:` list, or is one.

    More is allowed than in sources.yaml: an id may be any words, a title that is missing is the id,
    and a description that is missing is the title. So labelled sets of others can be tried as they
    are.

    Raises:
        ConfigError: the file is no YAML, or a theme in it is no mapping with an id; names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigError(f"cannot be read: {problem}", where=str(path)) from problem
    data, places = read(text, path)
    key: tuple[str, ...] = ()
    if isinstance(data, Mapping):
        key, data = ("themes",), data.get("themes")
    if not isinstance(data, tuple) or not data:
        line = places.get(key, (1, 1))[0]
        raise report(
            path, [Problem(line, 1, "", "expected a list of themes, or `themes:` with one")]
        )
    return [_theme(value, path, places, (*key, number)) for number, value in enumerate(data)]


def named_themes(names: Iterable[str]) -> list[Theme]:
    """A theme for each name, of which nothing but the name is known."""
    return [_made({"id": name}) for name in sorted(set(names))]


def _theme(value: Any, path: Path, places: Places, key: tuple[str | int, ...]) -> Theme:
    value = {"id": value} if isinstance(value, str) else value
    if not isinstance(value, Mapping) or not str(value.get("id") or "").strip():
        line, column = places.get(key, (1, 1))
        raise report(path, [Problem(line, column, "", "expected a theme with an `id:`")])
    return _made(value)


def _made(value: Mapping[str, Any]) -> Theme:
    title = str(value.get("title") or value["id"])
    return Theme.model_construct(
        id=str(value["id"]),
        title=title,
        description=str(value.get("description") or title),
        keywords=tuple(str(word) for word in value.get("keywords") or ()),
        arxiv=tuple(str(category) for category in value.get("arxiv") or ()),
    )
