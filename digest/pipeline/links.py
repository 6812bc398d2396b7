"""`digest check --online`: whether a draft's links lead to something that answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from digest.errors import AddressRefused, BadStatus, Deferred, FetchError, TooLarge
from digest.fetch.http import Http
from digest.markup.addresses import is_web
from digest.model import Issue
from digest.pipeline.project import Project

# A page that wants to know who asks, or does not like programs, is there for readers all the same.
_CLOSED_TO_PROGRAMS = frozenset({401, 402, 403, 405, 406, 418, 429, 451, 999})


def links_of(issue: Issue) -> list[str]:
    """Every address that an issue sends its readers to, once."""
    found = [more.url for entry in issue.entries for more in entry.read_more]
    found += [link.url for entry in issue.entries for link in entry.links]
    return [url for url in dict.fromkeys(found) if is_web(url)]


def dead_links(project: Project, urls: Iterable[str]) -> dict[str, str]:
    """The addresses that do not answer, and why; asked politely, one host at a time."""
    return asyncio.run(_dead(project, list(urls)))


async def _dead(project: Project, urls: list[str]) -> dict[str, str]:
    async with Http(project.config.fetch, user_agent=project.user_agent) as http:
        reasons = await asyncio.gather(*(_reason(http, url) for url in urls))
    return {url: reason for url, reason in zip(urls, reasons, strict=True) if reason}


async def _reason(http: Http, url: str) -> str:
    """Why an address does not answer; empty where it does, or nothing can be said of it."""
    try:
        await http.get(url, method="HEAD")
    except (AddressRefused, Deferred) as problem:
        return problem.message if isinstance(problem, AddressRefused) else ""
    except FetchError:
        # many servers answer only the question that browsers ask
        return await _asked_as_browsers_do(http, url)
    return ""


async def _asked_as_browsers_do(http: Http, url: str) -> str:
    try:
        await http.get(url)
    except (TooLarge, Deferred):
        return ""
    except BadStatus as problem:
        return "" if problem.status in _CLOSED_TO_PROGRAMS else problem.message
    except FetchError as problem:
        return problem.message
    return ""
