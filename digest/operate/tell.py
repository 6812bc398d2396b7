"""Telling a person who does not watch: a ping after a run, a webhook or a mail when one is needed.

Whom to tell is a matter of the machine and not of the newsletter, and its addresses are secrets: so
it stands in the environment alone. What was told once is not told again until it has been mended in
between; `data/told.json` remembers it. Telling never changes how a run ends.
"""

from __future__ import annotations

import asyncio
import json
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from digest.config.schema import Fetching
from digest.errors import DigestError
from digest.fetch.http import Http
from digest.pipeline.files import replace_file

TOLD = "told.json"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_TIMEOUT = 20.0

Told = Mapping[str, Sequence[str]]
"""What was told, by the key of each need: the names of the ways it went."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How a person is told, as the environment says; empty ways are not used.

    Attributes:
        ping: DIGEST_PING, an address that is asked after each run that did all it could.
        webhook: DIGEST_WEBHOOK, an address that gets JSON when a person is needed.
        mail: DIGEST_MAIL, whom to write to when a person is needed.
        smtp: DIGEST_SMTP, the mail server as host:port.
        user, password: DIGEST_SMTP_USER, DIGEST_SMTP_PASSWORD, where the server wants them.
    """

    ping: str = ""
    webhook: str = ""
    mail: str = ""
    smtp: str = "localhost:25"
    user: str = ""
    password: str = ""

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Ways:
        """The ways that an environment names."""
        return cls(
            ping=environment.get("DIGEST_PING", "").strip(),
            webhook=environment.get("DIGEST_WEBHOOK", "").strip(),
            mail=environment.get("DIGEST_MAIL", "").strip(),
            smtp=environment.get("DIGEST_SMTP", "").strip() or "localhost:25",
            user=environment.get("DIGEST_SMTP_USER", ""),
            password=environment.get("DIGEST_SMTP_PASSWORD", ""),
        )

    @property
    def to_a_person(self) -> tuple[str, ...]:
        """The names of the ways that reach a person."""
        return tuple(name for name in ("webhook", "mail") if getattr(self, name))


@dataclass(frozen=True, slots=True)
class Teller:
    """What telling needs to know of a project.

    Attributes:
        name: What the newsletter is called.
        folder: The project's folder; `data/told.json` stands in it.
        fetching: How the web is asked; `allow_private` holds for webhooks too.
        user_agent: Who we say we are.
    """

    ways: Ways
    name: str
    folder: Path
    fetching: Fetching
    user_agent: str
    now: datetime

    def ping(self) -> list[str]:
        """Ask the address that waits for runs; what went wrong."""
        return self._ask("ping", self.ways.ping) if self.ways.ping else []

    def tell(self, needs: Sequence[str]) -> list[str]:
        """Tell a person what is needed and was not told yet; what went wrong.

        With no needs at all, what was told is forgotten: when it comes back, it is news.
        """
        path = self.folder / "data" / TOLD
        before, text = _read(path)
        if not (needs and self.ways.to_a_person) and not before:
            return []
        trouble, gone = [], {}
        for way in self.ways.to_a_person:
            news = unsaid(needs, before, way)
            failed = self._send(way, news) if news else []
            trouble += failed
            gone[way] = {key_of(need) for need in (() if failed else news)}
        after = {
            key: [way for way, keys in gone.items() if key in keys or way in before.get(key, ())]
            for key in dict.fromkeys(map(key_of, needs))
        }
        return trouble + _remember(path, text, {key: ways for key, ways in after.items() if ways})

    def _send(self, way: str, news: Sequence[str]) -> list[str]:
        subject = f"{self.name}: a person is needed"
        body = "\n\n".join([*news, f"The project is in {self.folder}; `digest status` shows it."])
        if way == "mail":
            return self._mail(subject, body)
        told = {
            "title": subject,
            "text": f"{subject}\n\n{body}",
            "needs": list(news),
            "at": f"{self.now:%Y-%m-%dT%H:%M:%SZ}",
        }
        return self._ask(way, self.ways.webhook, json.dumps(told, ensure_ascii=False).encode())

    def _ask(self, way: str, url: str, body: bytes | None = None) -> list[str]:
        # of the address only its host is ever shown: the rest is the secret
        host = urlsplit(url).hostname or "its address"
        try:
            asyncio.run(self._request(url, body))
        except DigestError as problem:
            return [f"the {way} did not go through: {host}: {problem.message}"]
        except ValueError:
            return [f"the {way} did not go through: DIGEST_{way.upper()} is no web address"]
        return []

    async def _request(self, url: str, body: bytes | None) -> None:
        async with Http(self.fetching, user_agent=self.user_agent) as http:
            if body is None:
                await http.get(url)
            else:
                kind = {"content-type": "application/json"}
                await http.get(url, method="POST", body=body, headers=kind)

    def _mail(self, subject: str, body: str) -> list[str]:
        ways = self.ways
        host, _, port = ways.smtp.rpartition(":")
        host = (host or ways.smtp).strip("[]")
        try:
            message = EmailMessage()
            message["From"] = message["To"] = ways.mail
            message["Subject"] = " ".join(subject.split())
            message.set_content(body)
            with smtplib.SMTP(host, int(port) if port.isdecimal() else 25, timeout=_TIMEOUT) as to:
                _greet(to, host, ways)
                to.send_message(message)
        except (OSError, smtplib.SMTPException, ValueError) as problem:
            return [f"the mail did not go through: {ways.smtp}: {_said(problem)}"]
        return []


def _greet(server: smtplib.SMTP, host: str, ways: Ways) -> None:
    """Encrypt where the server can, and say who we are; never a password in the clear."""
    server.ehlo()
    if server.has_extn("starttls") and host not in _LOOPBACK:
        server.starttls(context=ssl.create_default_context())
        server.ehlo()
    elif ways.user and host not in _LOOPBACK:
        raise smtplib.SMTPException("it does not encrypt, so it gets no password")
    if ways.user:
        server.login(ways.user, ways.password)


def _said(problem: Exception) -> str:
    if isinstance(problem, OSError) and problem.strerror:
        return problem.strerror
    return str(problem) or type(problem).__name__


def key_of(need: str) -> str:
    """What a need is about: its first line up to `: `. The rest may read otherwise each hour."""
    return need.partition("\n")[0].partition(": ")[0]


def unsaid(needs: Sequence[str], told: Told, way: str) -> list[str]:
    """Those of the needs that did not go this way yet, each thing once."""
    first = {key_of(need): need for need in reversed(needs)}
    return [first[key] for key in reversed(first) if way not in told.get(key, ())]


def _read(path: Path) -> tuple[dict[str, list[str]], str | None]:
    """What was told, and the file's text; what cannot be read was never told."""
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return {}, None
    try:
        found = json.loads(text)
        return {str(key): [str(way) for way in ways] for key, ways in found.items()}, text
    except (ValueError, AttributeError, TypeError):
        return {}, text


def _remember(path: Path, before: str | None, told: Told) -> list[str]:
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    if text == before or (before is None and not told):
        return []
    try:
        replace_file(path, text, expected=before)
    except DigestError as problem:
        return [f"what was told cannot be remembered, and will be told again: {problem.message}"]
    return []
