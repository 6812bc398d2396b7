"""What a feed says, whichever parser read it, and the items that are made of it."""

from __future__ import annotations

import html as html_module
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from digest.fetch.identity import distinct, fingerprint, item_id
from digest.markup.addresses import host, is_web, resolve
from digest.markup.html import to_text, to_text_and_links
from digest.markup.identifiers import external_ids
from digest.markup.plain import clean, one_line
from digest.markup.sanitise import sanitise
from digest.model import Item, Link

# Relations of links that belong to the feed's machinery, not to what an entry says.
_MACHINERY = frozenset({"self", "edit", "replies", "hub", "license", "next"})
PAGES = frozenset({"text/html", "application/xhtml+xml"})
"""The media types of links that are for people."""

Form = Literal["html", "text", "guess"]

_MOST_LINKS = 1000
_LONGEST_TITLE = 1000


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of text and how to read it; `guess` where its format does not say."""

    value: str = ""
    form: Form = "html"


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One entry as a parser found it: nothing cleaned, addresses perhaps relative to `base`."""

    guid: str = ""
    link: str = ""
    title: Words = Words()
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    content: Words = Words()
    summary: Words = Words()
    links: tuple[Link, ...] = ()
    categories: tuple[str, ...] = ()
    discusses: str = ""
    base: str = ""


@dataclass(frozen=True, slots=True)
class RawFeed:
    """A feed as a parser found it. `authors` count for entries that name none."""

    title: str = ""
    link: str = ""
    authors: tuple[str, ...] = ()
    entries: tuple[RawEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed, a listing or an answer of arXiv, as items.

    `ttl_minutes`, `skip_hours` (0…23, UTC) and `skip_days` (Monday is 0) are what an RSS channel
    says of when to come back.
    """

    title: str = ""
    link: str = ""
    items: tuple[Item, ...] = ()
    ttl_minutes: int = 0
    skip_hours: frozenset[int] = field(default_factory=frozenset)
    skip_days: frozenset[int] = field(default_factory=frozenset)


def is_content(relation: str, media_type: str) -> bool:
    """Whether a link of this relation is for readers; an alternate is, where it is a page."""
    return relation not in _MACHINERY and (relation != "alternate" or media_type in PAGES)


def items(feed: RawFeed, *, source_id: str, url: str) -> tuple[Item, ...]:
    """The distinct items of a feed, in its order; an entry that says nothing at all is none.

    Each step is taken for all entries before the next: the libraries that do them are faster in a
    row than in turns, for what they work with stays at hand.
    """
    entries = feed.entries
    if feed.authors:
        entries = tuple(replace(one, authors=one.authors or feed.authors) for one in entries)
    places = [_place(entry, url) for entry in entries]
    bodies = [_body(entry) for entry in entries]
    texts = [to_text_and_links(raw, at.base) for raw, at in zip(bodies, places, strict=True)]
    safe = [_safe(raw, at.base) for raw, at in zip(bodies, places, strict=True)]
    made = [
        identified(_item(source_id, entry, place, *text, html))
        for entry, place, text, html in zip(entries, places, texts, safe, strict=True)
    ]
    return distinct([one for one in made if one.entry_id or one.title or one.html or one.links])


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry is: its page, what its links count from, and what those in its text do."""

    link: str
    home: str
    base: str


def _place(entry: RawEntry, url: str) -> _Place:
    declared = resolve(url, entry.base) if entry.base else ""
    home = declared or url
    said = _address(entry.link, entry.guid)
    link = _web(home, said) or _web(home, _address(entry.guid)) or ("" if home else _relative(said))
    return _Place(link, home, declared or link or url)


def _item(
    source_id: str,
    entry: RawEntry,
    place: _Place,
    text: str,
    inside: Sequence[Link],
    html: str,
) -> Item:
    """One entry as an item: plain title and text, safe HTML, absolute addresses."""
    link, home = place.link, place.home
    linked = [*inside, *_absolute(entry.links, home), *bare_links(text)]
    return Item(
        id="",
        source_id=source_id,
        entry_id=entry.guid.strip() or link or entry.link.strip(),
        url=link,
        title=plain_title(entry.title) or _first_words(text),
        kind="paper" if host(link).endswith("arxiv.org") else "post",
        authors=entry.authors,
        published=entry.published or entry.updated,
        updated=entry.updated,
        text=text,
        html=html,
        links=_different(linked, link),
        external_ids=external_ids(link),
        categories=tuple(dict.fromkeys(entry.categories)),
        discusses=_web(home, entry.discusses),
    )


def _different(found: Sequence[Link], own: str) -> tuple[Link, ...]:
    """The links to other places, each once, as far as a person could mean them."""
    first = {one.url: one for one in reversed(found) if one.url != own}
    return tuple(reversed(first.values()))[:_MOST_LINKS]


def identified(made: Item) -> Item:
    """The item with its id and fingerprint; without guid or link its title and date name it."""
    entry_id = made.entry_id
    if not entry_id:
        moment = made.published.isoformat() if made.published else ""
        entry_id = f"{made.title} {moment}".strip() or made.text[:200]
    return replace(
        made,
        id=item_id(made.source_id, entry_id),
        entry_id=entry_id,
        fingerprint=fingerprint(made),
    )


def plain_title(title: Words) -> str:
    """A title on one line, without markup; one without end is cut."""
    value = title.value
    if title.form == "html" or (title.form == "guess" and looks_like_html(value)):
        value = to_text(value)
    line = one_line(value)
    return line if len(line) <= _LONGEST_TITLE else f"{line[: _LONGEST_TITLE - 1]}…"


# Elements that occur in titles. Anything else between angle brackets is what the title speaks of.
_IN_TITLES = re.compile(
    "a|abbr|b|bdi|big|br|cite|code|dfn|div|em|font|h[1-6]|i|img|ins|kbd|mark|p|q|s|samp|small|span"
    "|strike|strong|sub|sup|time|tt|u|var|wbr",
    re.IGNORECASE,
)
_TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)(?=[\s/>])")
_CLOSED = re.compile(r"</[A-Za-z][A-Za-z0-9]*\s*>|<(?:br|img|wbr)\b[^<>]*>")
_ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def looks_like_html(value: str) -> bool:
    """Whether a text of no declared form was meant as HTML.

    As feedparser guesses: there is a closing tag or an entity, and neither a tag nor an entity that
    HTML does not know. A title such as "Why <T> in Rust" stays as it is.
    """
    entities = _ENTITY.findall(value)
    if not entities and not _CLOSED.search(value):
        return False
    known = all(name[0] == "#" or f"{name};" in html_module.entities.html5 for name in entities)
    return known and all(_IN_TITLES.fullmatch(name) for name in _TAG_NAME.findall(value))


def _safe(raw: str, base: str) -> str:
    """The HTML that is safe to show; text without any markup is."""
    return sanitise(raw, base) if "<" in raw or "&" in raw or ">" in raw else clean(raw)


def _body(entry: RawEntry) -> str:
    """Content and summary as HTML: the content, and the summary too where it says far more."""
    content, summary = as_html(entry.content), as_html(entry.summary)
    if not content or len(summary) <= 2 * len(content):
        return content or summary
    short, long = to_text(content), to_text(summary)
    if len(long) <= 2 * len(short):
        return content
    return summary if short in long else f"{content}\n{summary}"


_MAIL = r"(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?:\?\S*)?"
_MAIL_FIRST = re.compile(rf"{_MAIL}\s*\((?P<name>[^()]*)\)")
_MAIL_ASIDE = re.compile(rf"\s*[(<]\s*{_MAIL}\s*[)>]?\s*|(?:^|\s+){_MAIL}(?=\s|$)")
_BETWEEN_MAILS = re.compile(rf"(?<=[)>])\s*[,;]\s*|\s*[,;]\s*(?={_MAIL})")


def people(said: str) -> tuple[str, ...]:
    """The names of the authors that one element holds: several where each has a mail address."""
    said = one_line(html_module.unescape(said[:1000]))
    parts = _BETWEEN_MAILS.split(said) if said.count("@") > 1 else [said]
    return tuple(dict.fromkeys(name for part in parts if (name := person(part))))


def person(said: str) -> str:
    """The name of an author, without the mail address beside it; an address alone stays."""
    said = one_line(said[:300])
    if "@" not in said:
        return said
    if (first := _MAIL_FIRST.fullmatch(said)) and first["name"].strip():
        return first["name"].strip()
    return _MAIL_ASIDE.sub(" ", said).strip() or said.removeprefix("mailto:")


def as_html(words: Words) -> str:
    """A text as HTML: escaped, with its paragraphs, unless it is HTML already."""
    if words.form == "html" or not words.value.strip():
        return words.value.strip()
    if words.form == "guess" and looks_like_html(words.value):
        return words.value.strip()
    parts = re.split(r"\n\s*\n", words.value.strip())
    return "".join(f"<p>{html_module.escape(part, quote=False)}</p>" for part in parts)


def _first_words(text: str) -> str:
    """A title for a post that has none: how its text begins."""
    line = one_line(text.partition("\n")[0])
    if len(line) <= 80:
        return line
    return f"{line[:80].rpartition(' ')[0] or line[:80]}…"


_BARE = re.compile(r"https?://[^\s<>\"'`{}|\\^\[\]]+")


def bare_links(text: str) -> tuple[Link, ...]:
    """The addresses that stand in a text as they are, in order, each once."""
    if "://" not in text:
        return ()
    found = (_trimmed(match[0]) for match in _BARE.finditer(text))
    return tuple(Link(url) for url in dict.fromkeys(found) if is_web(url))


def _trimmed(url: str) -> str:
    """Without the punctuation that belongs to the sentence."""
    url = url.rstrip(".,;:!?*…\u2019\u201d")
    while url.endswith(")") and url.count("(") < url.count(")"):
        url = url[:-1].rstrip(".,;:!?")
    return url


def _web(base: str, url: str) -> str:
    found = resolve(base, url.strip()) if url.strip() else ""
    return _normal(found) if is_web(found) else ""


_NORMAL = re.compile(r"https?://[^A-Z/?#@]+/")
_ORIGIN = re.compile(r"([A-Za-z]+://)([^/?#]*@)?([^/?#]*)(/?)")


def _normal(url: str) -> str:
    """The address with its scheme and host in lower case and with a path, as browsers show it."""
    if _NORMAL.match(url):
        return url
    return _ORIGIN.sub(lambda m: f"{m[1].lower()}{m[2] or ''}{m[3].lower()}/", url, count=1)


_SCHEME = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*:")


def _relative(said: str) -> str:
    """What no address is known to start from stays as it was written."""
    return "" if _SCHEME.match(said) else one_line(said)


def _address(said: str, guid: str = "") -> str:
    """What may be an address: parsers offer a guid for one, though it may be any name."""
    is_name = guid in {"", said} and "/" not in said
    return "" if is_name or said.startswith(("tag:", "urn:")) else said


def _absolute(found: tuple[Link, ...], base: str) -> list[Link]:
    pairs = ((_web(base, link.url), one_line(link.title)) for link in found)
    return [Link(url, title) for url, title in pairs if url]
