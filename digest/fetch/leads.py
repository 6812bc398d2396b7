"""Where a site's feed may be: what its address says, and what its pages name. Asks nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from digest.markup.addresses import canonical, host, is_web, resolve
from digest.markup.plain import one_line

IN_HEAD = "named by the page"
_FEED_TYPES = ("rss+xml", "atom+xml", "rdf+xml", "feed+json")
_SAYS_FEED = re.compile(
    r"(?:^|[/.=_-])(?:rss2?|feeds?|atom)(?:\.(?:xml|rss|atom|json|rdf))?/?$|\.(?:rss|atom|rdf)$",
    re.IGNORECASE,
)
_NAMES = ("feed", "rss.xml", "feed.xml", "atom.xml", "index.xml", "rss", "feed.json")
_FORUMS = frozenset({"lesswrong.com", "alignmentforum.org", "forum.effectivealtruism.org"})
_ARXIV_LIST = re.compile(r"/list/([a-z-]+(?:\.[A-Za-z-]+)?)(?:/\w+)?/?")
_MOST_LINKS = 5_000


@dataclass(frozen=True, slots=True)
class Lead:
    """An address that may be a feed, what it is called, and who says so."""

    url: str
    title: str = ""
    how: str = ""


# ------------------------------------------------------------------------------ what addresses say


def well_known(url: str) -> tuple[str, ...]:
    """Where feeds commonly are: beside the page, then at the top of its site."""
    parts = urlsplit(url)
    path = parts.path or "/"
    if not path.endswith("/"):
        last = path.rpartition("/")[2]
        path = path[: -len(last)] if "." in last else f"{path}/"
    here = [urljoin(url, f"{path}{name}") for name in _NAMES[:5]]
    top = [urljoin(url, f"/{name}") for name in _NAMES]
    return tuple(dict.fromkeys([*here, *top]))


def forum(url: str) -> str:
    """The address of the forum whose front page this is; empty where it is none."""
    parts = urlsplit(url)
    known = host(canonical(url)) in _FORUMS or host(url).removeprefix("www.") in _FORUMS
    return f"{parts.scheme}://{parts.netloc}" if known and parts.path in {"", "/"} else ""


def arxiv_listing(url: str) -> str:
    """The feed of the arXiv category whose list, or feed, this is; empty where it is none."""
    if host(url) == "rss.arxiv.org":
        return url
    match = _ARXIV_LIST.fullmatch(urlsplit(url).path)
    if match and host(url).removeprefix("www.") == "arxiv.org":
        return f"https://rss.arxiv.org/rss/{match[1]}"
    return ""


# ----------------------------------------------------------------------------------- what pages say


def named(soup: BeautifulSoup, url: str) -> tuple[Lead, ...]:
    """The feeds that a page names, the likeliest first.

    Those in its head come before links in its text. A feed of the comments, or of one search or
    tag, comes last; one that stands nearer to the page comes before one that stands further away.
    """
    declared = soup.find("base", href=True)
    base = resolve(url, str(declared["href"])) if isinstance(declared, Tag) else url
    leads: dict[str, Lead] = {}
    for lead in [*_in_head(soup, base), *_in_text(soup, base)]:
        if is_web(lead.url):
            leads.setdefault(canonical(lead.url), lead)
    return tuple(sorted(leads.values(), key=lambda lead: _rank(lead, url)))


def _in_head(soup: BeautifulSoup, base: str) -> Iterator[Lead]:
    for link in soup.find_all("link", href=True, limit=_MOST_LINKS):
        relations = " ".join(_listed(link.get("rel"))).lower().split()
        media_type = str(link.get("type") or "").lower()
        if "feed" in relations or ("alternate" in relations and media_type.endswith(_FEED_TYPES)):
            title = one_line(str(link.get("title") or ""))[:200]
            yield Lead(resolve(base, str(link["href"])), title, IN_HEAD)


def _in_text(soup: BeautifulSoup, base: str) -> Iterator[Lead]:
    for link in soup.find_all("a", href=True, limit=_MOST_LINKS):
        url = resolve(base, str(link["href"]))
        words = one_line(link.get_text(" "))[:200]
        says = words.lower() in {
            "rss",
            "rss feed",
            "atom",
            "atom feed",
            "feed",
            "subscribe via rss",
        }
        if says or (is_web(url) and _SAYS_FEED.search(urlsplit(url).path)):
            yield Lead(url, words, "linked from the page")


def _listed(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value or "")]


def _rank(lead: Lead, url: str) -> tuple[bool, bool, bool, bool, int]:
    said = f"{lead.url} {lead.title}"
    shared, folders = _shared(lead.url, url), len(_folders(url))
    inside = 0 < folders == shared
    return (
        re.search(r"comment", said, re.IGNORECASE) is not None,
        not inside and re.search(r"/(?:tag|category|author|search)/|[?&]s=", said) is not None,
        lead.how != IN_HEAD,
        host(lead.url) != host(url),
        -shared,
    )


def _shared(one: str, other: str) -> int:
    """How many folders two addresses share, from the top."""
    shared = 0
    for left, right in zip(_folders(one), _folders(other), strict=False):
        if left != right:
            break
        shared += 1
    return shared


def _folders(url: str) -> list[str]:
    return [part for part in urlsplit(url).path.split("/") if part]
