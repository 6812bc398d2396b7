"""Sources of kind `page`: a page that lists things and has no feed, read with CSS selectors."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from digest.config.schema import PageSource
from digest.errors import ParseError
from digest.fetch import decide
from digest.fetch.dates import read_date
from digest.fetch.entries import identified
from digest.fetch.fulltext import completed
from digest.fetch.http import Http
from digest.fetch.identity import NOTHING_READ, distinct, sift
from digest.fetch.kinds import TITLE, Gathered, Known
from digest.fetch.outcome import body_hash, document, facts, gathered, not_ahead
from digest.markup.addresses import is_web, resolve
from digest.markup.html import links, to_text
from digest.markup.identifiers import external_ids
from digest.markup.plain import one_line
from digest.markup.sanitise import sanitise
from digest.model import Item, SourceState

if TYPE_CHECKING:
    from bs4 import Tag

ACCEPT = "text/html, application/xhtml+xml, */*;q=0.1"
_BETWEEN = re.compile(r"\s+[|\u2013\u2014\u00b7\\/:-]\s+|:\s+")
_SECTIONS = {
    *("archive", "articles", "blog", "guidance", "home", "index", "latest", "latest news", "news"),
    *("newsroom", "pages", "papers", "posts", "press", "press releases", "publications"),
    *("reports", "research", "updates"),
}
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)


class PageKind:
    """Fetches a listing page and reads what it lists."""

    async def gather(
        self, source: PageSource, state: SourceState, known: Known, http: Http, now: datetime
    ) -> Gathered:
        """Fetch the page and return what is new on it.

        Raises:
            FetchError: it could not be fetched, or nothing on it fits the selectors.
        """
        state = decide.settled(source, state)
        etag, last_modified = decide.validators(state, now)
        url = decide.fetched_from(source, state)
        answer = await http.get(
            url, etag=etag, last_modified=last_modified, accept=ACCEPT, as_robot=True
        )
        read_before = answer.not_modified or body_hash(answer.body) == state.body_hash
        sifted, documents, title = NOTHING_READ, [], {}
        if not read_before:
            charset = answer.headers.get("content-type", "").partition("charset=")[2]
            found = listed(answer.body, source, answer.final_url, charset=charset.strip(" \"'"))
            sifted = sift(source.id, not_ahead(found, now), known)
            documents = [document(source.id, answer, now)]
            title = {TITLE: name_of(answer.body)}
        full = await completed(source, sifted, state, known, http, now)
        told = facts(source, answer, decide.wait_until(answer.headers, now))
        return gathered(
            state,
            replace(told, memo={**full.memo, **title}),
            now,
            sifted=sifted,
            items=full.items,
            documents=(*documents, *full.documents),
            warnings=full.warnings,
            not_modified=read_before,
        )


def name_of(body: bytes) -> str:
    """What a page calls its site: its title without the names of sections; empty without one.

    `News | Example Lab` is a page of Example Lab; `News` alone does not say whose.
    """
    named = _TITLE.search(body[:65_536])
    title = one_line(to_text(named[1].decode("utf-8", "replace"))) if named else ""
    parts = _BETWEEN.split(title)
    own = [part for part in parts if part.casefold() not in _SECTIONS]
    return title if len(own) == len(parts) else " – ".join(own)


def listed(body: bytes, source: PageSource, url: str, *, charset: str = "") -> tuple[Item, ...]:
    """What a page lists, in its order.

    Raises:
        ParseError: nothing fits the `item` selector, or none of what fits has a link.
    """
    import bs4  # only for a page that changed

    soup = bs4.BeautifulSoup(body, "lxml", from_encoding=charset or None)
    blocks = soup.select(source.item)
    if not blocks:
        raise ParseError(
            f"nothing on the page fits the selector {source.item!r}",
            where=url,
            cure="The page may have changed: look at its source and adapt `item`.",
        )
    declared = soup.find("base", href=True)
    base = resolve(url, str(declared["href"])) if isinstance(declared, bs4.Tag) else url
    found = [item for block in blocks if (item := _item(block, source, base)) is not None]
    if not found:
        raise ParseError(
            f"none of the {len(blocks)} blocks has a link that fits {source.link!r}",
            where=url,
            cure="The page may have changed: look at its source and adapt `link`.",
        )
    return distinct(found)


def _item(block: Tag, source: PageSource, base: str) -> Item | None:
    anchor = block if block.name == "a" and block.has_attr("href") else None
    anchor = block.select_one(source.link) or anchor
    url = resolve(base, str(anchor.get("href") or "")) if anchor else ""
    if anchor is None or not is_web(url) or url == base:
        return None
    heading = block.select_one(source.title) if source.title else None
    html = block.decode_contents()
    return identified(
        Item(
            id="",
            source_id=source.id,
            entry_id=url,
            url=url,
            title=_words(heading) or _words(anchor) or _words(block)[:120],
            kind="page",
            published=_date(block, source.date),
            text=to_text(html),
            html=sanitise(html, base),
            links=tuple(link for link in links(html, base) if link.url != url),
            external_ids=external_ids(url),
            via="page",
        )
    )


def _words(tag: Tag | None) -> str:
    return one_line(tag.get_text(" ")) if tag else ""


def _date(block: Tag, selector: str | None) -> datetime | None:
    """The date that the selector points at; without one, that of a `<time>`."""
    for tag in block.select(selector or "time[datetime]"):
        for said in (tag.get("datetime"), tag.get("content"), tag.get("title"), _words(tag)):
            if said and (moment := read_date(str(said))):
                return moment
    return None
