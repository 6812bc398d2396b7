"""What a person would call the places where a story can be read.

`arXiv`, `GitHub`, `Financial Times`, `pdf`, a source's own name; where nothing better is known the
host, such as `example.org`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from digest.markup.addresses import canonical
from digest.markup.identifiers import arxiv_id, external_ids
from digest.model import Item, ReadMore, Story
from digest.sort.hosts import ACCOUNTS, HOSTS

MOST_VENUES = 4
_CODE_HOSTS = ("GitHub", "Hugging Face", "GitLab")
_NUMBERS = re.compile(r"[\d.]+|.*:.*|localhost")  # a machine's address, which names nothing
_SUBDOMAIN = re.compile(r"^(?:www\d?|m|amp|en)\.")


def venue(thing: Item | str, source_names: Mapping[str, str]) -> str:
    """The name of the place where an item, or what an address leads to, is found.

    Args:
        thing: An item or an address.
        source_names: What people call each source, by source id.
    """
    found = venues(thing, source_names)
    return found[0] if found else ""


def venues(thing: Item | str, source_names: Mapping[str, str]) -> tuple[str, ...]:
    """All names of the place; `Facebook AI Research, GitHub, pdf` for a paper kept with code."""
    url = thing if isinstance(thing, str) else thing.url
    if arxiv_id(url) or (isinstance(thing, Item) and thing.id.startswith("arxiv:")):
        return ("arXiv",)
    place = _place(url)
    own = _own_name(thing, source_names) if isinstance(thing, Item) else ""
    if own and place not in HOSTS.values():
        place = own
    parts = (*_account(url, place), place, "pdf" if _is_pdf(url) else "")
    return tuple(dict.fromkeys(part for part in parts if part))


def _own_name(item: Item, source_names: Mapping[str, str]) -> str:
    """What the item's source is called; a source without a name goes by its id, which is none."""
    name = source_names.get(item.source_id, "")
    return "" if name == item.source_id else name


def read_more(story: Story, items: Mapping[str, Item], source_names: Mapping[str, str]) -> ReadMore:
    """The story's `Read more` line: the primary's title and address, and where else it is told.

    Venues begin with the primary's own; then the code and the PDF that its members link to; then
    the other members' places, in the story's order.
    """
    members = [items[item_id] for item_id in story.item_ids if item_id in items]
    if not members:
        return ReadMore(title=story.title, url="")
    primary = members[0]
    names = dict.fromkeys(venues(primary, source_names))
    for url in _own_links(primary):
        names.update(dict.fromkeys(_kind_of_link(url)))
    for member in members[1:]:
        names.update(dict.fromkeys(venues(member, source_names)))
    if not names:
        names[source_names.get(primary.source_id, "") or primary.source_id] = None
    return ReadMore(
        title=primary.title or story.title, url=primary.url, venues=tuple(names)[:MOST_VENUES]
    )


def repository(url: str) -> str:
    """`owner/name` in lower case where the address leads into a GitHub repository, else nothing."""
    return external_ids(url).get("github", "").lower()


def _own_links(item: Item) -> Iterator[str]:
    """The links by which an item says where its own code and text are, its address aside."""
    here = canonical(item.url) if item.url else ""
    if github := item.external_ids.get("github"):
        yield f"https://github.com/{github}"
    repositories = {repository(link.url) for link in item.links} - {""}
    for link in item.links:
        name = repository(link.url)
        # Several repositories are others' work that is cited, not this work's code.
        own_pdf = _is_pdf(link.url) and _host(link.url) == _host(here)
        if own_pdf or (name and len(repositories) == 1):
            yield link.url


def _kind_of_link(url: str) -> Iterable[str]:
    if _is_pdf(url):
        return ("pdf",)
    return (_place(url),) if _place(url) in _CODE_HOSTS else ()


def _place(url: str) -> str:
    host = _host(url)
    if _NUMBERS.fullmatch(host):
        return ""
    labels = host.split(".")
    for start in range(len(labels) - 1):
        if name := HOSTS.get(".".join(labels[start:])):
            return name
    return host


def _account(url: str, place: str) -> tuple[str, ...]:
    if place not in _CODE_HOSTS:
        return ()
    first = urlsplit(url).path.strip("/").split("/")[0].lower()
    return (ACCOUNTS[first],) if first in ACCOUNTS else ()


def _host(url: str) -> str:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return _SUBDOMAIN.sub("", host)


def _is_pdf(url: str) -> bool:
    try:
        return urlsplit(url).path.lower().endswith(".pdf")
    except ValueError:
        return False
