"""What goes wrong between asking and reading, in words that a person can act on."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import httpx

from digest.errors import BadStatus, FetchError, Gone, TimedOut

MOST_SHOWN = 4096
"""How many bytes of a body stand in an exchange."""

_MEANINGS = {
    400: "the server does not understand the request (400)",
    401: "the server wants a name and password (401)",
    402: "the server wants to be paid (402)",
    403: "the server refuses to answer us (403)",
    404: "there is nothing at this address (404)",
    406: "the server has nothing in a form that we read (406)",
    407: "the proxy wants a name and password (407)",
    410: "the server says that this is gone for good (410)",
    429: "the server says that we ask too often (429)",
    451: "the server may not show this for legal reasons (451)",
    500: "the server has a defect (500)",
    502: "the server's own server does not answer (502)",
    503: "the server is busy or under repair (503)",
    504: "the server's own server takes too long (504)",
}
_CURES = {
    401: "Give the source an `auth` in sources.yaml, or look whether its secret still holds.",
    402: "Look whether your subscription still holds, and give the source an `auth`.",
    403: "Some hosts refuse clients they do not know: see fetch.user_agent.",
    404: "Look for the feed's new address on the site.",
    407: "Look at fetch.proxy in sources.yaml.",
    410: "Remove the source from sources.yaml, or look for its new address.",
    451: "Look for the feed on another site, or remove the source from sources.yaml.",
}
_REFUSED = frozenset({401, 402, 403})
_LOOK = "Open the address in a browser and use the one it ends at."
_AGAIN = "It is asked again by itself; if that goes on, look at the address in a browser."


def bad_status(
    status: int, url: str, retry_after: float | None, *, secret_sent: bool = False
) -> BadStatus:
    """What an error status means, and what to do about it."""
    kind = Gone if status == 410 else BadStatus
    cure = _CURES.get(status, _AGAIN)
    if secret_sent and status in _REFUSED:
        cure = "A secret was sent: look whether it still holds, and whether it is meant for this."
    return kind(
        _MEANINGS.get(status, f"the server answered {status}"),
        where=url,
        cure=cure,
        status=status,
        retry_after=retry_after,
    )


def seconds(headers: Mapping[str, str]) -> float | None:
    """What Retry-After asks for, in seconds; a date counts from the server's own."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    try:
        until = parsedate_to_datetime(value)
        since = parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (until - since).total_seconds())
    except (TypeError, ValueError):
        return None


def late(problem: TimeoutError | httpx.TimeoutException, limit: float, url: str) -> TimedOut:
    """Which of the waits took too long."""
    said = f"no complete answer within {limit:g} s"
    if isinstance(problem, httpx.ConnectTimeout):
        said = f"no connection within {min(10.0, limit):g} s"
    elif isinstance(problem, httpx.TimeoutException):
        said = f"the server said nothing for {limit:g} s"
    cure = "It is asked again by itself; fetch.timeout in sources.yaml says how long to wait."
    return TimedOut(said, where=url, cure=cure)


def broken(problem: httpx.HTTPError) -> FetchError:
    """How a connection failed."""
    if isinstance(problem, httpx.ProxyError):
        return FetchError(
            f"the proxy does not lead there ({problem})",
            cure="Look at fetch.proxy in sources.yaml.",
        )
    if isinstance(problem, httpx.ConnectError):
        return FetchError(
            f"no connection ({problem or 'refused'})", cure="Check the address, and the network."
        )
    if isinstance(problem, httpx.RemoteProtocolError):
        return FetchError(f"the answer broke off or is not HTTP ({problem})", cure=_AGAIN)
    return FetchError(f"the connection broke ({problem or type(problem).__name__})", cure=_AGAIN)


def astray(status: int, url: str) -> BadStatus:
    """A redirect that does not say where to."""
    return BadStatus(
        f"the server redirects, but not to anywhere ({status})",
        where=url,
        cure=_LOOK,
        status=status,
    )


def asked_text(asked: str, sent: Mapping[str, str]) -> str:
    """What was asked, as a person reads it."""
    return "\n".join([asked, *(f"{name}: {value}" for name, value in sent.items())])


def answer_text(status: int, headers: Mapping[str, str], body: bytes) -> str:
    """What was answered, as a person reads it, with the beginning of the body."""
    lines = [f"HTTP {status}", *(f"{name}: {value}" for name, value in headers.items()), ""]
    return "\n".join([*lines, body[:MOST_SHOWN].decode("utf-8", "replace")])
