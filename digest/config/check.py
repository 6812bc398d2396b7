"""Plain values -> Config, or every mistake in them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from digest.config.problems import Key, Places, Problem, nearest
from digest.config.schema import (
    KNOWN,
    Auth,
    Config,
    Fetching,
    IssueShape,
    Newsletter,
    Source,
    SourceBase,
    Theme,
    Tracker,
)

_SECTIONS: Mapping[str, type[BaseModel]] = {
    "newsletter": Newsletter,
    "issue": IssueShape,
    "themes": Theme,
    "trackers": Tracker,
    "fetch": Fetching,
}
_LISTS = ("themes", "trackers", "sources")
KINDS: Mapping[str, type[SourceBase]] = {
    get_args(model.model_fields["kind"].annotation)[0]: model
    for model in get_args(get_args(Source)[0])
}


def build(
    data: Any, places: Places, folder: Path, *, known: bool = False
) -> tuple[Config | None, list[Problem]]:
    """The configuration; or None, and what is wrong. `known` values were found right before."""
    if not isinstance(data, dict):
        return None, [Problem(1, 1, "", "expected keys such as `newsletter:` and `sources:`")]
    values = _without_empty(data)
    config, errors = _validate(values, folder, KNOWN if known else None)
    problems = [_tell(error, values, places) for error in errors]
    problems += _duplicates(values, places)
    problems += _unknown_themes(values, places)
    problems += _unsafe(values, places)
    return (None if problems else config), problems


def _without_empty(value: Any) -> Any:
    """A key with nothing after it means what its absence means."""
    if isinstance(value, dict):
        return {key: _without_empty(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, tuple):
        return tuple(_without_empty(inner) for inner in value)
    return value


def _validate(
    values: dict[str, Any], folder: Path, context: dict[str, bool] | None
) -> tuple[Config | None, list[tuple[Key, ErrorDetails | None]]]:
    """The configuration, or pydantic's complaints by key; None for a key that it never saw."""
    named = dict(values)
    # `folder` is a field of Config and no key of the file
    own: list[tuple[Key, ErrorDetails | None]] = []
    if named.pop("folder", None) is not None:
        own.append((("folder",), None))
    try:
        whole = {**named, "folder": folder}
        return Config.model_validate(whole, strict=True, context=context), own
    except ValidationError as error:
        found = error.errors(include_url=False)
    return None, own + [(_without_tag(details["loc"]), details) for details in found]


# ------------------------------------------------------------------------------- pydantic's words


def _tell(error: tuple[Key, ErrorDetails | None], data: Any, places: Places) -> Problem:
    key, details = error
    if details is None or details["type"] == "extra_forbidden":
        message = f"no such key{nearest(str(key[-1]), _keys(_model_at(key, data)))}"
    else:
        message = _message(details)
    return problem_at(key, message, data, places)


def problem_at(key: Key, message: str, data: Any, places: Places) -> Problem:
    """A problem with the line of its key, or of the nearest thing around it that has one."""
    known = key
    while known not in places:
        known = known[:-1]
    return Problem(*places[known], _dotted(key, data), message)


def _without_tag(loc: tuple[int | str, ...]) -> Key:
    """Pydantic names the member of the union too: sources, 3, feed, url."""
    if len(loc) > 2 and loc[0] == "sources" and loc[2] in KINDS:
        return (*loc[:2], *loc[3:])
    return loc


def _dotted(key: Key, data: Any) -> str:
    dotted = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key)[1:]
    name = _id_of(key, data)
    return f"{dotted} ({name})" if name else dotted


def _id_of(key: Key, data: Any) -> str:
    if len(key) < 2 or key[0] not in _LISTS:
        return ""
    try:
        name = data[key[0]][key[1]]["id"]
    except (KeyError, IndexError, TypeError):
        return ""
    return name if isinstance(name, str) else ""


def _model_at(key: Key, data: Any) -> type[BaseModel]:
    """The model whose keys may stand beside the last part of `key`."""
    if len(key) == 1:
        return Config
    if key[0] == "sources" and key[2] == "auth" and len(key) > 3:
        return Auth
    if key[0] == "sources":
        entry = data["sources"][key[1]]
        return KINDS.get(entry.get("kind"), SourceBase)
    return _SECTIONS.get(str(key[0]), Config)


def _keys(model: type[BaseModel]) -> list[str]:
    return [name for name in model.model_fields if name != "folder"]


_TYPES = {
    "string_type": "text; put it in quotation marks",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list, such as [one, two] or lines that begin with -",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
    "dict_type": "keys and values",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}


def _message(error: ErrorDetails) -> str:
    kind, context, given = error["type"], error.get("ctx", {}), error.get("input")
    if kind == "missing":
        return "missing: expected this key with a value"
    if kind in _TYPES:
        return f"{_show(given)} is not what belongs here: expected {_TYPES[kind]}"
    if kind in _BOUNDS:
        limit, words = _BOUNDS[kind]
        return f"{_show(given)} is out of range: expected {words} {context[limit]}"
    if kind == "value_error":
        return (
            f"{_show(given)}: {context['error']}"
            if isinstance(given, str)
            else str(context["error"])
        )
    if kind == "literal_error":
        return f"{_show(given)} is not known: expected {context['expected']}"
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        return _kind_message(given, kind)
    if kind in {"too_short", "string_too_short"}:
        return "empty: expected at least one" if kind == "too_short" else "empty: expected text"
    return f"{_show(given)}: {error['msg']}"


def _kind_message(given: Any, problem: str) -> str:
    kinds = ", ".join(KINDS)
    if problem == "union_tag_not_found" or not isinstance(given, dict):
        return f"kind is missing: expected one of {kinds}"
    word = str(given.get("kind"))
    near = get_close_matches(word.lower(), KINDS, n=1)
    hint = f": did you mean {near[0]}?" if near else ":"
    return f"no such kind {word!r}{hint} The kinds are {kinds}"


def _show(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    if isinstance(value, bool):
        text = text.lower()
    return text if len(text) <= 60 else f"{text[:57]}…"


# ------------------------------------------------------------------------ what no single key shows


def _entries(values: Mapping[str, Any], section: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    listed = values.get(section)
    if isinstance(listed, tuple):
        yield from ((n, entry) for n, entry in enumerate(listed) if isinstance(entry, dict))


def _duplicates(values: Mapping[str, Any], places: Places) -> Iterator[Problem]:
    for section in _LISTS:
        first: dict[str, int] = {}
        for n, entry in _entries(values, section):
            name = entry.get("id")
            if not isinstance(name, str):
                continue
            if name in first:
                line = places[section, first[name], "id"][0]
                message = f"the id {name!r} is taken by line {line}: expected one of its own"
                yield problem_at((section, n, "id"), message, values, places)
            first.setdefault(name, n)


def _unknown_themes(values: Mapping[str, Any], places: Places) -> Iterator[Problem]:
    themes = [
        entry["id"] for _, entry in _entries(values, "themes") if isinstance(entry.get("id"), str)
    ]
    for n, entry in _entries(values, "trackers"):
        theme = entry.get("theme")
        if isinstance(theme, str) and theme not in themes:
            message = f"no theme has the id {theme!r}{nearest(theme, themes)}"
            yield problem_at(("trackers", n, "theme"), message, values, places)


def _unsafe(values: Mapping[str, Any], places: Places) -> Iterator[Problem]:
    fetch = values.get("fetch")
    if not isinstance(fetch, dict):
        return
    url, delay = fetch.get("arxiv_url", "https://export.arxiv.org/"), fetch.get("arxiv_delay", 3.0)
    if isinstance(delay, int | float) and 0 <= delay < 3 and not _is_loopback(str(url)):
        message = f"{delay} is less than arXiv asks for: expected at least 3 seconds"
        yield problem_at(("fetch", "arxiv_delay"), message, values, places)
    allowed = fetch.get("allow_private")
    for n, pair in enumerate(allowed if isinstance(allowed, tuple) else ()):
        if isinstance(pair, str) and _is_link_local(pair.rpartition(":")[0]):
            message = f"{pair!r} is a link-local or metadata address, which is never opened"
            yield problem_at(("fetch", "allow_private", n), message, values, places)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _is_loopback(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


# Where clouds answer questions about the machine, beside the link-local range.
_METADATA = frozenset(
    {"metadata", "metadata.google.internal", "instance-data", "100.100.100.200", "fd00:ec2::254"}
)


def _is_link_local(host: str) -> bool:
    address = _address(host)
    if address is None:
        return host.lower().rstrip(".") in _METADATA
    return address.is_link_local or str(address) in _METADATA
