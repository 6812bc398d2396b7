"""What a source is told about who asks: a header, made of a secret that the environment holds."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from digest.config.schema import Auth
from digest.errors import FetchError
from digest.fetch.guard import host_and_port

HIDDEN = "[secret]"


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port: what a secret belongs to."""
    return urlsplit(url).scheme.lower(), *host_and_port(url)


@dataclass(frozen=True, slots=True)
class Secret:
    """A header for one origin and no other. Its text stays out of every message."""

    home: tuple[str, str, int]
    header: str = field(repr=False)
    value: str = field(repr=False)
    words: tuple[str, ...] = field(repr=False)

    def for_url(self, url: str) -> Mapping[str, str]:
        """The header, if the address is one of the origin that it belongs to."""
        return {self.header: self.value} if origin(url) == self.home else {}

    def hidden(self, text: str) -> str:
        """The text without the secret: some servers repeat what they are told."""
        for word in self.words:
            text = text.replace(word, HIDDEN)
        return text


def secret_of(source: Any, environment: Mapping[str, str]) -> Secret | None:
    """The secret of a source, if sources.yaml names one.

    Raises:
        FetchError: the environment does not hold it, or it cannot be sent.
    """
    auth: Auth | None = getattr(source, "auth", None)
    if auth is None:
        return None
    said = environment.get(auth.env, "").strip()
    if not said:
        raise FetchError(
            f"the environment variable {auth.env} is not set, and auth of {source.id} names it",
            cure=f"Set {auth.env} where digest runs: for cron, at the top of the crontab.",
        )
    if not all(" " <= letter <= "~" for letter in said) and auth.kind != "basic":
        raise FetchError(
            f"the environment variable {auth.env} holds a character that cannot be sent",
            cure="Look for a line break or a letter outside ASCII in it.",
        )
    header, value = _header(auth, said)
    words = {said, value, value.partition(" ")[2], *said.split("; ")}
    longest_first = sorted((word for word in words if len(word) > 3), key=len, reverse=True)
    return Secret(origin(source.url), header, value, tuple(longest_first))


def _header(auth: Auth, said: str) -> tuple[str, str]:
    if auth.kind == "cookie":
        return "cookie", said
    if auth.kind == "bearer":
        return "authorization", f"Bearer {said}"
    both = f"{auth.user}:{said}" if auth.user else said
    return "authorization", f"Basic {base64.b64encode(both.encode()).decode()}"
