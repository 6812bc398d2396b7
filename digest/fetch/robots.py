"""What a site asks of programs that read its pages: robots.txt (RFC 9309)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from digest.errors import BadStatus, FetchError

_MOST = 500 * 1024
_LINE = re.compile(r"^\s*([A-Za-z-]+)\s*:\s*(.*?)\s*(?:#.*)?$")


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one robots.txt for one program: `(path pattern, allowed)`."""

    rules: tuple[tuple[str, bool], ...] = ()

    def allow(self, url: str) -> bool:
        """Whether the program may read an address: the longest rule that fits says so."""
        parts = urlsplit(url)
        path = _normal(f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}")
        fitting = [(len(rule), allowed) for rule, allowed in self.rules if _fits(rule, path)]
        # of two rules of one length the one that allows counts
        return max(fitting, default=(0, True))[1]


def rules_for(text: str, agent: str) -> Rules:
    """The rules that a robots.txt has for a program, by the name in its user agent."""
    groups: dict[str, list[tuple[str, bool]]] = {}
    named: list[str] = []
    in_rules = False
    for line in text[:_MOST].lstrip("\ufeff").splitlines():
        if not (match := _LINE.match(line)):
            continue
        key, value = match[1].lower(), match[2]
        if key == "user-agent":
            named = [] if in_rules else named
            in_rules = False
            named.append(value.lower())
            groups.setdefault(value.lower(), [])
        elif key in {"allow", "disallow"}:
            in_rules = True
            for name in named if value else ():
                groups[name].append((_normal(value), key == "allow"))
    ours = groups.get(agent.lower(), groups.get("*", []))
    return Rules(tuple(ours))


def _normal(path: str) -> str:
    return quote(unquote(path), safe="/?=&*$:;,@!'()+~-._")


def _fits(rule: str, path: str) -> bool:
    ends = rule.endswith("$")
    first, *rest = rule.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    # each piece at its first place after the last: with `*` between them, no other choice fits more
    place = len(first)
    for number, piece in enumerate(rest):
        last = ends and number == len(rest) - 1
        found = path.rfind(piece, place) if last else path.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return not ends or place == len(path)


class Robots:
    """Asks each site once in a run."""

    def __init__(self, agent: str, get: Callable[[str], Awaitable[bytes]]) -> None:
        self._agent = re.split(r"[/\s(]", agent.strip(), maxsplit=1)[0]
        self._get = get
        self._sites: dict[str, asyncio.Task[Rules | FetchError]] = {}

    async def check(self, url: str) -> None:
        """Let an address pass, or raise.

        Raises:
            FetchError: the site asks programs not to read it, or cannot say so now.
        """
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._sites:
            self._sites[site] = asyncio.create_task(self._ask(site))
        # many pages wait for one answer; one of them that gives up takes nothing from the others
        rules = await asyncio.shield(self._sites[site])
        if isinstance(rules, FetchError):
            raise rules
        if not rules.allow(url):
            raise FetchError(
                "the site asks programs not to read this page (robots.txt)",
                where=url,
                cure="Add what you need of it by hand.",
            )

    async def _ask(self, site: str) -> Rules | FetchError:
        try:
            body = await self._get(f"{site}/robots.txt")
        except BadStatus as problem:
            # 2.3.1.3 and 2.3.1.4: what is not there forbids nothing, what is broken forbids all
            if problem.status is not None and problem.status < 500 and problem.status != 429:
                return Rules()
            return problem
        except FetchError as problem:
            return problem
        return rules_for(body.decode("utf-8", "replace"), self._agent)
