"""A site's address -> the source it makes: its feed, else the page itself with guessed selectors.

What the address and the page say is worked out in `leads`, what a page without a feed lists in
`guess`; here the web is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from digest.config.schema import ForumSource, PageSource
from digest.errors import AddressRefused, BadStatus, FetchError, ParseError
from digest.fetch.entries import ParsedFeed
from digest.fetch.exchange import Answer
from digest.fetch.feed import ACCEPT
from digest.fetch.forum import ForumKind
from digest.fetch.guess import guess
from digest.fetch.http import Http
from digest.fetch.kinds import Known, KnownItem
from digest.fetch.leads import Lead, arxiv_listing, forum, named, well_known
from digest.fetch.outcome import not_ahead
from digest.fetch.page import listed
from digest.fetch.parse import parse
from digest.markup.addresses import host
from digest.markup.plain import one_line
from digest.model import Item, SourceState

_BUSY = frozenset({429, 503})
_REFUSED = frozenset({401, 403, 405, 406})
_MOST_TRIED = 6
_MOST_READ = 2_000_000
_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Discovery:
    """A source that was found.

    Attributes:
        settings: What sources.yaml must say of it, without id, name and weight.
        title: What it calls itself.
        how: How it was found, in words.
        items: What it would bring now.
        others: Further feeds that the page names; they were not opened.
    """

    settings: Mapping[str, str]
    title: str
    how: str
    items: tuple[Item, ...] = ()
    others: tuple[Lead, ...] = ()


def _title(soup: BeautifulSoup) -> str:
    """What the page's site is called."""
    site = soup.find("meta", property="og:site_name", content=True)
    if isinstance(site, Tag) and (name := one_line(str(site["content"]))):
        return name[:120]
    title = soup.find("title")
    return one_line(title.get_text(" "))[:120] if isinstance(title, Tag) else ""


# ---------------------------------------------------------------------------------------- searching


@dataclass
class _Search:
    """What has been tried: no address is asked twice, and no host that does not answer again.

    Attributes:
        tried: The addresses that were asked.
        silent: The hosts that gave no answer, or asked for a pause.
        empty: The first feed without entries.
        trouble: Why a feed that there may be could not be read.
    """

    http: Http
    now: datetime
    tried: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    empty: tuple[Lead, Answer, ParsedFeed] | None = None
    trouble: FetchError | None = None

    async def first(self, leads: Iterable[Lead]) -> tuple[Lead, Answer, ParsedFeed] | None:
        """The first of these that is a feed with entries."""
        for lead in leads:
            if lead.url in self.tried or urlsplit(lead.url).netloc in self.silent:
                continue
            self.tried.add(lead.url)
            try:
                answer = await self.http.get(lead.url, accept=ACCEPT)
                feed = _feed(answer)
            except FetchError as problem:
                self._note(lead, problem)
                continue
            if feed.items:
                return lead, answer, feed
            self.empty = self.empty or (lead, answer, feed)
        return None

    def _note(self, lead: Lead, problem: FetchError) -> None:
        wrong = isinstance(problem, AddressRefused | BadStatus | ParseError)
        if wrong and problem.status not in _BUSY:
            return
        self.silent.add(urlsplit(lead.url).netloc)
        self.trouble = self.trouble or problem


async def discover(url: str, http: Http, now: datetime) -> Discovery:
    """Find the source that an address makes.

    In this order: what the address itself says (a forum, a list of arXiv), the feed that it is, the
    feeds that its page names, feeds at well-known addresses of its site, and last the page.

    Raises:
        FetchError: it could not be fetched, or nothing there can be followed.
    """
    if address := forum(url):
        return await _forum(address, http, now)
    if listing := arxiv_listing(url):
        answer = await http.get(listing, accept=ACCEPT)
        feed = _feed(answer)
        return _found(Lead(listing, "", "a list of arXiv"), answer, feed, now, key="listing")
    search = _Search(http, now, {url})
    try:
        answer = await http.get(url, accept=f"{ACCEPT}, text/html;q=0.9")
    except BadStatus as problem:
        # some refuse programs their pages, and not their feeds
        if problem.status in _REFUSED and (found := await search.first(_at_known_places(url))):
            return _found(*found, now)
        raise
    try:
        return _found(Lead(url, "", "the address is a feed"), answer, _feed(answer), now)
    except ParseError as problem:
        if not _is_page(answer):
            raise
        return await _through_page(answer, search, problem)


async def _through_page(answer: Answer, search: _Search, problem: ParseError) -> Discovery:
    url = answer.final_url
    charset = answer.headers.get("content-type", "").partition("charset=")[2].strip(" \"'")
    soup = BeautifulSoup(answer.body[:_MOST_READ], "lxml", from_encoding=charset or None)
    leads = named(soup, url)
    found = await search.first(leads[:_MOST_TRIED])
    if found is None and search.empty is None:
        found = await search.first(_at_known_places(url))
    if found := found or search.empty:
        others = tuple(lead for lead in leads if lead.url != found[0].url)[:_MOST_TOLD]
        return _found(*found, search.now, others=others)
    if search.trouble:
        raise search.trouble
    page = _page(soup, answer, search.now)
    if page is None:
        raise ParseError(
            "neither a feed nor a list of things was found there",
            where=answer.url,
            cure="Open the site in a browser and give the address of its feed, or of the page that"
            " lists what is new; a page can also be described by hand in sources.yaml.",
        ) from problem
    return page


def _at_known_places(url: str) -> list[Lead]:
    return [Lead(address, "", "at a well-known address") for address in well_known(url)]


def _feed(answer: Answer) -> ParsedFeed:
    media_type = answer.headers.get("content-type", "")
    return parse(answer.body, url=answer.final_url, media_type=media_type)


def _is_page(answer: Answer) -> bool:
    start = answer.body[:1000].lstrip().lower()
    if b"<" not in answer.body:
        return False
    return "html" in answer.media_type or start.startswith((b"<!doctype html", b"<html"))


def _found(
    lead: Lead,
    answer: Answer,
    feed: ParsedFeed,
    now: datetime,
    *,
    others: tuple[Lead, ...] = (),
    key: str = "url",
) -> Discovery:
    address = answer.permanent_url or lead.url
    kind = "arxiv" if key == "listing" else "feed"
    title = feed.title or lead.title
    items = not_ahead(feed.items, now)
    return Discovery({"kind": kind, key: address}, title, lead.how, items, others)


def _page(soup: BeautifulSoup, answer: Answer, now: datetime) -> Discovery | None:
    """The page itself as a source, where selectors for it could be guessed and find something."""
    selectors = guess(soup, answer.final_url)
    if selectors is None:
        return None
    address = answer.permanent_url or answer.url
    settings = {"kind": "page", "url": address, "item": selectors.item, "link": selectors.link}
    settings |= {"title": selectors.title} if selectors.title else {}
    settings |= {"date": selectors.date} if selectors.date else {}
    source = PageSource.model_validate({"id": "new", **settings})
    try:
        items = listed(answer.body, source, answer.final_url)
    except ParseError:
        return None
    how = "no feed was found: the page itself, read with guessed selectors"
    return Discovery(settings, _title(soup), how, not_ahead(items, now))


class _Nothing:
    """A store that holds nothing."""

    def __call__(self, item_ids: Sequence[str]) -> Mapping[str, KnownItem]:  # noqa: ARG002
        return {}

    def at(self, source_id: str, urls: Sequence[str]) -> Mapping[str, Sequence[str]]:  # noqa: ARG002
        return {}


NOTHING_KNOWN: Known = _Nothing()
"""What to give a kind that is only tried: nothing is stored, so all that it brings is new."""


async def _forum(url: str, http: Http, now: datetime) -> Discovery:
    source = ForumSource(id="new", kind="forum", url=url)
    brought = await ForumKind().gather(source, SourceState("new"), NOTHING_KNOWN, http, now)
    how = "a forum that is read by its own interface"
    return Discovery({"kind": "forum", "url": url}, host(url), how, brought.items)
