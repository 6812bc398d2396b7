"""Everything that can go wrong, and the exit code each thing has.

A message is one sentence that a person can act on; `where` names the file and line or the address
it speaks of; `cure` says what to do. Nothing here prints.
"""

from __future__ import annotations

from pathlib import Path


class DigestError(Exception):
    """The root of all errors that the project raises on purpose.

    Attributes:
        exit_code: What the command line ends with (0 done, 1 a defect, 2 nothing was changed,
            3 a person is needed, 4 the machine).
        message: What is wrong.
        where: The file and line, or the address; may be empty.
        cure: What to do about it; may be empty.
    """

    exit_code = 1

    def __init__(self, message: str, *, where: str = "", cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.cure = cure

    def __str__(self) -> str:
        """`where: message` and, on the next line, the cure."""
        first = f"{self.where}: {self.message}" if self.where else self.message
        return f"{first}\n  {self.cure}" if self.cure else first


def at(path: Path | str, line: int | None = None, column: int | None = None) -> str:
    """`file`, `file:line` or `file:line:column`, the form that editors turn into a link."""
    return ":".join(str(part) for part in (path, line, column) if part is not None)


# ---- 2: refused, and nothing was changed


class Refused(DigestError):
    """What was asked cannot be done as asked; nothing was changed."""

    exit_code = 2


class UsageError(Refused):
    """A command's words are off."""


class ConfigError(Refused):
    """sources.yaml, or a template beside it, is not what it must be."""


class DraftError(Refused):
    """A draft is damaged: it is left as it is."""


class NewerDatabase(Refused):
    """The database was written by a newer version of digest."""


class OlderDatabase(Refused):
    """The database is of an older version of digest: what writes next brings it up to date."""


class NotFound(Refused):
    """No such story, issue, item or source."""


# ---- 3: done, a person is needed


class NeedsPerson(DigestError):
    """Everything that could be done was done; the rest needs a person."""

    exit_code = 3


# ---- 4: the machine


class MachineError(DigestError):
    """The disk, a permission, or a lock that another program holds."""

    exit_code = 4


class DatabaseLocked(MachineError):
    """Another program holds the database."""


# ---- inside a stage: recorded for a source, never fatal


class FetchError(DigestError):
    """A source could not be fetched or read. Recorded with the source; the others go on.

    Attributes:
        retry_after: Seconds the server asked for, where it did.
        status: The HTTP status, where there was an answer.
        exchange: The HTTP exchange as text, where there was one: what was asked, what came back.
    """

    exchange = ""

    def __init__(
        self,
        message: str,
        *,
        where: str = "",
        cure: str = "",
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, where=where, cure=cure)
        self.status = status
        self.retry_after = retry_after


class AddressRefused(FetchError):
    """The address is private, link-local, or of a scheme that is never opened."""


class TooLarge(FetchError):
    """The decoded answer is larger than `fetch.max_bytes`."""


class TimedOut(FetchError):
    """No connection, no answer, or no end of the answer within `fetch.timeout`."""


class TooManyRedirects(FetchError):
    """The server sent the request round in a circle."""


class BadStatus(FetchError):
    """The server answered, with an error."""


class Deferred(FetchError):
    """Its host asked for a pause, so the address was not tried. Not a failure of the source."""


class Gone(BadStatus):
    """410: the server says that the source will not come back."""


class ParseError(FetchError):
    """The answer is not what this kind of source reads."""
