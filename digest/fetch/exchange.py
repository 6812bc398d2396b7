"""What is asked and what is answered, as values; and where a redirect leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urldefrag, urljoin

from digest.fetch.secrets import origin

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
SECRET = frozenset({"authorization", "cookie", "proxy-authorization"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        url: What was asked for.
        final_url: Where the answer came from, after redirects.
        headers: By lower-case name; of a name that came twice, the values joined by a comma.
        body: Decoded of its transfer and content encodings; empty for a 304.
        not_modified: The server says that nothing changed since the validators that were sent.
        permanent_url: Where a chain of permanent redirects led, up to the first temporary one.
    """

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    not_modified: bool = False
    permanent_url: str | None = None

    @property
    def media_type(self) -> str:
        """The media type, in lower case and without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Ask:
    """What to ask for: `fine` are error statuses to return like any other answer."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    fine: frozenset[int]
    secret: bool = True
    """False once a redirect has led to another host."""


def redirected(ask: Ask, answer: Answer) -> Ask:
    """Where a redirect points. Secrets stay with the host they were meant for."""
    url = urldefrag(urljoin(ask.url, answer.headers["location"].strip()))[0]
    headers = dict(ask.headers)
    at_home = origin(url) == origin(ask.url)
    if not at_home:
        headers = {name: value for name, value in headers.items() if name not in SECRET}
    # once away, a secret is not sent again, even where the way leads back
    ask = replace(ask, url=url, headers=headers, secret=ask.secret and at_home)
    if answer.status in {307, 308} or ask.method == "GET":
        return ask
    headers.pop("content-type", None)
    return replace(ask, method="GET", body=None)
