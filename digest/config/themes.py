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
    """The themes of a file that is a sources.yaml, has `themes:`, or is what would stand there.

    That is a list of themes or of mere names, or a mapping of ids to what is known of each: a
    theme, a description, or nothing. More is allowed than in sources.yaml: an id may be any words,
    a title that is missing is the id, and a description that is missing is the title. So labelled
    sets of others can be tried as they are. A name with a colon that nobody quoted is read as it
    stands.

    Raises:
        ConfigError: the file is no YAML, or a theme in it has neither id nor title; names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigError(f"cannot be read: {problem}", where=str(path)) from problem
    data, places = read(text, path)
    key: tuple[str, ...] = ()
    if isinstance(data, Mapping) and "themes" in data:
        key, data = ("themes",), data["themes"]
    if isinstance(data, Mapping):
        values = [_keyed(name, known) for name, known in data.items()]
    elif isinstance(data, tuple):
        values = list(data)
    else:
        values = []
    if not values:
        line = places.get(key, (1, 1))[0]
        raise report(
            path, [Problem(line, 1, "", "expected a list of themes, or `themes:` with one")]
        )
    return [_theme(value, path, places, (*key, number)) for number, value in enumerate(values)]


def _keyed(name: object, known: object) -> Mapping[str, Any]:
    """A theme of a mapping, from its key and what stands there."""
    more = known if isinstance(known, Mapping) else {"description": known or ""}
    return {"id": name, **more}


def named_themes(names: Iterable[str]) -> list[Theme]:
    """A theme for each name, of which nothing but the name is known."""
    return [_made({"id": name}) for name in sorted(set(names))]


def _theme(value: Any, path: Path, places: Places, key: tuple[str | int, ...]) -> Theme:
    if isinstance(value, Mapping):
        value = {"id": value.get("title") or value.get("name") or _unquoted(value), **value}
    else:
        value = {"id": value}
    if not str(value["id"] or "").strip() or isinstance(value["id"], Mapping | tuple):
        line, column = places.get(key, (1, 1))
        raise report(path, [Problem(line, column, "", "expected a theme with an `id:`")])
    return _made(value)


def _unquoted(value: Mapping[str, Any]) -> str:
    """`- Harms: Discrimination`, which YAML takes for a mapping; nothing if it is another one."""
    if len(value) == 1 and "id" not in value:
        ((first, rest),) = value.items()
        return f"{first}: {rest}" if isinstance(rest, str) else ""
    return ""


def _made(value: Mapping[str, Any]) -> Theme:
    title = str(value.get("title") or value.get("name") or value["id"])
    return Theme.model_construct(
        id=str(value["id"]),
        title=title,
        description=str(value.get("description") or title),
        keywords=tuple(str(word) for word in value.get("keywords") or ()),
        arxiv=tuple(str(category) for category in value.get("arxiv") or ()),
    )
