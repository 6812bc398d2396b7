"""What a web page says of itself: its title without the site's name, its date, its authors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from lxml.html import HtmlElement

from digest.fetch.dates import read_date
from digest.markup.addresses import host
from digest.markup.plain import one_line

_TITLES = ("og:title", "twitter:title", "citation_title", "dcterms.title")
_DATES = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "citation_publication_date",
    "citation_date",
    "dcterms.issued",
    "dcterms.created",
    "dcterms.date",
    "dc.date.issued",
    "dc.date",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "date",
)
_AUTHORS = ("citation_author", "article:author", "dcterms.creator", "dc.creator", "author")
_DIVIDER = re.compile(r"\s+(?:[|–—·•»]|::|-)\s+|\s+::\s*|\s*\|\s*")
_NOT_LETTERS = re.compile(r"[\W_]+")


class PageFacts:
    """The facts in a page's head, asked for one by one."""

    def __init__(self, tree: HtmlElement, url: str) -> None:
        self._tree = tree
        self._meta: dict[str, list[str]] = {}
        for tag in tree.iter("meta"):
            name = tag.get("property") or tag.get("name") or tag.get("itemprop") or ""
            if content := one_line(tag.get("content") or ""):
                self._meta.setdefault(name.strip().lower(), []).append(content)
        self._linked = list(_linked_data(tree))
        self._sites = self._site_names(url)

    def title(self) -> str:
        """The title, without the name of the site before or after it; empty where there is none."""
        head = one_line(self._tree.findtext(".//title") or "")
        for name in _TITLES:
            for found in self._meta.get(name, ()):
                # some sites give every page the same card: it must be part of the page's own title
                if not head or _letters(self._bare(found)) in _letters(head):
                    return self._bare(found)
        if head:
            return self._bare(head)
        headings = [one_line(tag.text_content()) for tag in self._tree.iter("h1")]
        return next((heading for heading in headings if heading), "")

    def published(self) -> datetime | None:
        """When it was published, as far as the page itself says so."""
        said = [found for name in _DATES for found in self._meta.get(name, ())]
        said[1:1] = [str(data["datePublished"]) for data in self._linked if "datePublished" in data]
        for text in said:
            if moment := read_date(text):
                return moment
        shown = [read_date(tag.get("datetime") or "") for tag in self._tree.iter("time")]
        moments = [moment for moment in shown if moment]
        # the dates of several things say nothing of this one
        if moments and len({moment.date() for moment in moments}) == 1:
            return moments[0]
        return None

    def authors(self) -> tuple[str, ...]:
        """Who wrote it: people and institutions that the page names as its authors."""
        named = [name for data in self._linked for name in _names(data.get("author"))]
        for key in () if named else _AUTHORS:
            named += self._meta.get(key, ())
            if named:
                break
        people = (one_line(name) for name in named)
        return tuple(
            dict.fromkeys(
                name
                for name in people
                if name and not name.startswith("http") and _letters(name) not in self._sites
            )
        )

    def _site_names(self, url: str) -> set[str]:
        known = [*self._meta.get("og:site_name", ()), *self._meta.get("application-name", ())]
        addresses = [url, *self._meta.get("og:url", ())]
        canonical = self._tree.xpath("//link[@rel='canonical']/@href")
        addresses += [str(address) for address in canonical]
        for address in addresses:
            name = host(address).removeprefix("www.")
            known += [name, name.rpartition(".")[0]]
        return {_letters(name) for name in known if _letters(name)}

    def _bare(self, title: str) -> str:
        """The title without the parts that only name the site."""
        parts, start = [], 0
        for divider in _DIVIDER.finditer(title):
            parts.append((start, divider.start()))
            start = divider.end()
        parts.append((start, len(title)))
        kept = [(a, b) for a, b in parts if _letters(title[a:b]) not in self._sites]
        return title[kept[0][0] : kept[-1][1]].strip() if kept else title


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text).casefold()


def _linked_data(tree: HtmlElement) -> Iterator[Mapping[str, Any]]:
    """The articles that a page describes in JSON-LD."""
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            found = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        graph = found.get("@graph") if isinstance(found, dict) else None
        for one in (
            found if isinstance(found, list) else graph if isinstance(graph, list) else [found]
        ):
            kind = str(one.get("@type", "")) if isinstance(one, Mapping) else ""
            if re.search(r"Article|Posting|Report|WebPage", kind):
                yield one


def _names(author: Any) -> list[str]:
    people = author if isinstance(author, list) else [author]
    names = [who.get("name") if isinstance(who, Mapping) else who for who in people]
    return [name for name in names if isinstance(name, str)]
