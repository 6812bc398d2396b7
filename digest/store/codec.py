"""The model's frozen dataclasses as JSON and back, by their own field types.

For what is stored whole, such as the snapshot of an issue. Fields that a later version of the model
adds take their defaults; fields that it dropped are passed over.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
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
    read: T = _typed(kind, json.loads(text))
    return read


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


def _typed(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        types = _types(kind)
        return kind(**{name: _typed(types[name], value[name]) for name in types if name in value})
    if origin in (Union, UnionType):
        return None if value is None else _typed(_only(kind), value)
    if origin is tuple:
        return tuple(_typed(get_args(kind)[0], inner) for inner in value)
    if origin is Literal or kind in (str, int, float, bool):
        return value
    return _loose(value)


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
