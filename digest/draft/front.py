"""The front matter's known keys: checked, and turned into the values an issue holds."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast, get_args

from ruamel.yaml.comments import CommentedMap

from digest.errors import DraftError, at
from digest.markup.fences import split
from digest.markup.front import read_front
from digest.model import Status, Window

STATUSES = tuple(status for status in get_args(Status) if status != "skipped")


def load_front(markdown: str, path: str) -> CommentedMap:
    """The front matter of a draft.

    Raises:
        DraftError: there is none, it has no end, or it is not YAML.
    """
    try:
        text, _, _ = split(markdown)
        if text is not None:
            return read_front(text)
    except DraftError as error:
        line = int(error.where.rpartition(":")[2])
        raise DraftError(error.message, where=at(path, line), cure=error.cure) from None
    raise DraftError(
        "the draft does not begin with its front matter",
        where=at(path, 1),
        cure="put it back: three hyphens, the keys issue, number and title, three hyphens",
    )


def check_front(markdown: str, path: str) -> None:
    """Refuses a draft whose front matter cannot be read, whatever becomes of the rest.

    Raises:
        DraftError: it is missing, damaged, or says something that means nothing.
    """
    values = Front(load_front(markdown, path), path)
    for key in ("issue", "title"):
        values.text(key, required=True)
    for key in ("subtitle", "style"):
        values.text(key)
    values.number("number")
    values.day("date")
    values.status()
    values.window()


class Front:
    """Reads single values out of a front matter; a wrong one is refused with its line."""

    def __init__(self, front: CommentedMap, path: str) -> None:
        self._front = front
        self._path = path

    def text(self, key: str, *, required: bool = False) -> str:
        """A text on one line; numbers count as text."""
        value = self._front.get(key)
        if value in (None, "") and not required:
            return ""
        if not isinstance(value, (str, int, float)) or isinstance(value, bool) or value == "":
            raise self._bad(
                key, "a text", f"{key}: '…', in quotation marks where it has [[ or a colon"
            )
        return " ".join(str(value).split())

    def number(self, key: str) -> int:
        """A whole number that is not negative."""
        value = self._front.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self._bad(key, "a whole number", f"{key}: 12")
        return int(value)

    def day(self, key: str) -> date | None:
        """A day."""
        value = self._front.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise self._bad(key, "a day", f"{key}: 2026-06-29") from None

    def status(self) -> Status:
        """How far the issue has come; a draft where nothing is said."""
        value = self._front.get("status") or "draft"
        if value not in STATUSES:
            raise self._bad("status", f"one of {', '.join(STATUSES)}", "status: draft")
        return cast("Status", str(value))

    def window(self) -> Window | None:
        """The days the issue speaks of."""
        value = self._front.get("window")
        if value is None or value == "":
            return None
        try:
            start, end = (date.fromisoformat(part.strip()) for part in str(value).split("/"))
        except ValueError:
            raise self._bad("window", "two days", "window: 2026-06-22/2026-06-29") from None
        return Window(start, end)

    def _bad(self, key: str, wanted: str, example: str) -> DraftError:
        found = self._front.get(key)
        problem = f"{key} is missing" if key not in self._front else f"{key} is {str(found)!r}"
        return DraftError(
            f"{problem}, and must be {wanted}",
            where=at(self._path, self._line(key)),
            cure=f"write it as {example}",
        )

    def _line(self, key: str) -> int:
        """The line of a key; the first line of the draft where it is missing."""
        if key not in self._front:
            return 1
        return int(self._front.lc.key(key)[0]) + 2
