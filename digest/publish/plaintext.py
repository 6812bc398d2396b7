"""An issue as plain text that reads well aloud: the part of a mail that needs no pictures of words.

Words alone make its order plain: numbers before the headlines, white space between the parts, and
addresses at the end of a piece, where they interrupt no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from textwrap import wrap

from digest.publish import paths
from digest.publish.bodies import EntryBody, IssueBody
from digest.publish.cards import Shelved
from digest.publish.feeds import absolute
from digest.publish.frame import Site
from digest.publish.words import day_in_words, text_of

WIDTH = 72

_LINK = re.compile(r'<a href="(https?://[^"]*)"[^<>]*>(.*?)</a>', re.DOTALL)
_ITEM = re.compile(r" *(?:- |\d+\. )?")


def issue_text(site: Site, shelved: Shelved, cut: frozenset[int], unsubscribe: str) -> str:
    """The whole issue.

    Args:
        site: What the pages share.
        shelved: The issue.
        cut: The numbers of the entries that are only named, 0 for the tale.
        unsubscribe: Where a reader ends the subscription.
    """
    body = site.body(shelved)
    page = paths.address(site.newsletter.url, shelved.card.path)
    parts = [
        _opening(site, shelved, body, page),
        text_of(body.welcome),
        *(_entry(site, entry, page, cut) for entry in body.entries),
        _tale(body, page, cut),
        text_of(body.extra),
        text_of(body.thanks),
        _closing(site, page, unsubscribe),
    ]
    return "\n\n\n".join(_wrapped(part) for part in parts if part.strip()) + "\n"


def _opening(site: Site, shelved: Shelved, body: IssueBody, page: str) -> str:
    card = shelved.card
    day = f"{day_in_words(card.shown)}. " if card.shown else ""
    length = f"{body.minutes} minute{'s' * (body.minutes != 1)}"
    lines = [card.title, text_of(card.subtitle), f"{day}To read: {length}."]
    for correction in shelved.published.corrections:
        moment = correction.at.astimezone(site.newsletter.zone).date()
        lines.append(f"Corrected {day_in_words(moment)}: {correction.text}")
    if body.slots:
        places = f"{body.slots} place{'s' * (body.slots != 1)}"
        lines.append(f"Unfinished: {places} not yet written.")
    return "\n\n".join(filter(None, [*map(_line, lines), f"In the browser:\n{page}"]))


def _entry(site: Site, entry: EntryBody, page: str, cut: frozenset[int]) -> str:
    card = entry.card
    head = f"{card.number}. {text_of(card.headline)}"
    tagline = f"… {text_of(card.tagline)} …" if card.tagline else ""
    if card.number in cut:
        where = paths.address(site.newsletter.url, card.path)
        return "\n\n".join(filter(None, [head, tagline, f"In the browser:\n{where}"]))
    why = ""
    if entry.thesis or entry.why:
        thesis = f" – {text_of(entry.thesis)}" if entry.thesis else ""
        said = _line(f"{entry.why_label}{thesis}")
        stop = "" if said.endswith((".", "!", "?", "…", ":")) else "."
        why = "\n\n".join(filter(None, [f"{said}{stop}", text_of(entry.why)]))
        if site.newsletter.editor and entry.signed:
            why += f"\n\n{_line(site.newsletter.editor)}"
    more = [_pointer(line.label, line.title, line.venues, line.url) for line in entry.read_more]
    told = {line.url for line in entry.read_more}
    links = _links(entry.body + entry.why + entry.extra, page, told)
    parts = [head, tagline, text_of(entry.body), why, *more, text_of(entry.extra), *links]
    return "\n\n".join(filter(None, parts))


def _pointer(label: str, title: str, venues: Sequence[str], url: str) -> str:
    where = f" ({', '.join(map(text_of, venues))})" if venues else ""
    address = f"\n{url}" if url else ""
    return f"{_line(label)}: {text_of(title)}{where}{address}"


def _links(html: str, page: str, told: set[str]) -> Iterator[str]:
    """The places elsewhere that the words lead to, each once; those told already are left out."""
    for address, words in _LINK.findall(absolute(html, page)):
        url = unescape(address)
        if url not in told and not url.startswith(f"{page}#"):
            told.add(url)
            said = text_of(words)
            yield f"{said}:\n{url}" if said and said != url else url


def _tale(body: IssueBody, page: str, cut: frozenset[int]) -> str:
    tale = body.tale
    if tale is None:
        return ""
    head = f"A tale: {text_of(tale.title)}" if tale.title else "A tale"
    if 0 in cut:
        return f"{head}\n\nIn the browser:\n{page}#_tale"
    setting = f"{text_of(tale.setting)}." if tale.setting else ""
    inspired = "; ".join(map(text_of, tale.inspired))
    inspired = f"Things that inspired this story: {inspired}." if inspired else ""
    parts = [head, setting, text_of(tale.text), inspired, text_of(tale.extra)]
    return "\n\n".join(filter(None, parts))


def _closing(site: Site, page: str, unsubscribe: str) -> str:
    by = f", edited by {site.newsletter.editor}" if site.newsletter.editor else ""
    lines = [
        f"{site.newsletter.title}{by}. {site.newsletter.description}",
        f"This issue in the browser:\n{page}",
        f"All issues:\n{paths.address(site.newsletter.url, paths.ARCHIVE)}",
        f"To unsubscribe:\n{unsubscribe}",
    ]
    return "\n\n".join(lines)


def _line(text: str) -> str:
    return " ".join(text.split())


def _wrapped(text: str) -> str:
    """The text in lines of a readable length; an address is never broken."""
    return "\n".join(_folded(line) for line in text.split("\n"))


def _folded(line: str) -> str:
    if len(line) <= WIDTH or line.startswith(("http:", "https:")):
        return line
    lead = _ITEM.match(line)
    hang = " " * len(lead[0]) if lead else ""
    first = line[: len(hang)]
    return "\n".join(
        wrap(
            line[len(hang) :],
            WIDTH,
            initial_indent=first,
            subsequent_indent=hang,
            break_long_words=False,
            break_on_hyphens=False,
        )
    )
