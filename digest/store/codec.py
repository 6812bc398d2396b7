"""The model's frozen dataclasses as JSON and back, by their own field types.

For what is stored whole, such as the snapshot of an issue. Fields that a later version of the model
adds take their defaults; fields that it dropped are passed over.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from digest.store.values import json_text, time, time_text

T = TypeVar("T")

_DAY, _TIME = "@day", "@time"
"""How days and times are marked where no type says them: in an issue's own front matter."""


def to_json(value: Any) -> str:
    """A dataclass of the model as one line of JSON."""
    return json_text(_plain(value))


def from_json(kind: type[T], text: str) -> T:
    """The dataclass of that kind that `to_json` wrote."""
    made: T = _typed(kind, json.loads(text))
    return made


def _typed(kind: Any, value: Any) -> Any:
    read = _reader(kind)
    return read(value) if read else value


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {field.name: _plain(getattr(value, field.name)) for field in fields}
    if isinstance(value, datetime):
        # A time in front matter may have no zone; it is then kept as it was written.
        return {_TIME: value.isoformat() if value.tzinfo is None else time_text(value)}
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    # YAML's readers give subclasses of these that remember how they were written.
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return None if value is None else str(value)


@cache
def _reader(kind: Any) -> Callable[[Any], Any] | None:
    """What makes a value of that type of what JSON holds; None where it stays as it is.

    Found once for each type: an archive holds tens of thousands of values of a few types.
    """
    origin = get_origin(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return partial(_object, kind, [(name, _reader(its)) for name, its in _types(kind).items()])
    if origin in (Union, UnionType):
        return _optional(_reader(_only(kind)))
    if origin is tuple:
        return partial(_tuple, _reader(get_args(kind)[0]))
    if origin is Literal or kind in (str, int, float, bool):
        return None
    return _loose


def _object(
    kind: type, fields: list[tuple[str, Callable[[Any], Any] | None]], value: dict[str, Any]
) -> Any:
    return kind(
        **{
            name: read(value[name]) if read else value[name]
            for name, read in fields
            if name in value
        }
    )


def _tuple(read: Callable[[Any], Any] | None, value: list[Any]) -> tuple[Any, ...]:
    return tuple(map(read, value)) if read else tuple(value)


def _optional(read: Callable[[Any], Any] | None) -> Callable[[Any], Any] | None:
    return read and (lambda value: None if value is None else read(value))


def _loose(value: Any) -> Any:
    if isinstance(value, list):
        return [_loose(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {_DAY}:
        return date.fromisoformat(value[_DAY])
    if value.keys() == {_TIME}:
        return time(value[_TIME])
    return {key: _loose(inner) for key, inner in value.items()}


def _only(kind: Any) -> Any:
    """The one type beside None."""
    (other,) = (each for each in get_args(kind) if each is not NoneType)
    return other


@cache
def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
