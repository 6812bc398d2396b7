"""OPML, in which feed readers exchange their subscriptions: read from anybody, written for all.

What is read may be anything. Nothing outside the file is opened, and a file that defines entities
gets none of them expanded beyond what libxml2 bounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from lxml import etree

from digest.config.rules import web_address
from digest.errors import ParseError
from digest.fetch.mend import mended
from digest.markup.plain import one_line

_LONGEST_NAME = 200
_FEED_SCHEME = re.compile(r"feed:(?://)?(?=https?:)|feed:(?=//)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outline:
    """One subscription.

    Attributes:
        url: The feed's address.
        title: What it is called; may be empty.
        group: The folders that it stands in, from the outermost, joined by ` / `.
        line: Where it stands in the file, counted from 1; 0 in what is to be written.
        site: The address of its site; may be empty.
    """

    url: str
    title: str = ""
    group: str = ""
    line: int = 0
    site: str = ""


@dataclass(frozen=True, slots=True)
class Outlines:
    """What an OPML file holds, and what in it makes no sense, each with its line."""

    found: tuple[Outline, ...]
    nonsense: tuple[tuple[int, str], ...] = ()


def read(body: bytes) -> Outlines:
    """The subscriptions of an OPML file, in its order.

    A file that is not well-formed is read as far as it can be mended; where, is told.

    Raises:
        ParseError: the bytes are no OPML.
    """
    root, nonsense = _root(body)
    name = "" if root is None else _name(root)
    if root is None or name != "opml":
        raise ParseError(
            f"this is no OPML: it begins with <{name}>" if name else "this is no OPML",
            cure="Export the subscriptions of your feed reader as OPML.",
        )
    found = []
    for outline in root.iter():
        if _name(outline) != "outline":
            continue
        said = {str(key).lower(): str(value) for key, value in outline.attrib.items()}
        title = one_line(said.get("title") or said.get("text") or "")[:_LONGEST_NAME]
        line = _line(outline)
        url = _FEED_SCHEME.sub("", said.get("xmlurl", "").strip())
        url = f"http:{url}" if url.startswith("//") else url
        if not url:
            if not any(_name(child) == "outline" for child in outline):
                nonsense.append((line, f"{title or 'an outline'} names no feed (no xmlUrl)"))
            continue
        try:
            web_address(url)
        except ValueError as problem:
            nonsense.append((line, f"{title or 'an outline'}: {one_line(url)[:80]!r}: {problem}"))
            continue
        site = one_line(said.get("htmlurl", ""))
        found.append(Outline(url, title, _group(outline), line, site))
    return Outlines(tuple(found), tuple(nonsense))


def _root(body: bytes) -> tuple[etree._Element | None, list[tuple[int, str]]]:
    try:
        return etree.fromstring(body, _parser()), []
    except etree.XMLSyntaxError as problem:
        line, reason = problem.lineno or 0, one_line(problem.msg or "")
    except ValueError:  # nothing, or a text that is no XML at all
        line, reason = 0, "unreadable"
    saved = mended(body, "")
    told = [(line, f"the file is damaged here ({reason}); it was read as far as possible")]
    return (etree.fromstring(saved, _parser()) if saved else None), told


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )


def _name(element: etree._Element) -> str:
    """An element's name in lower case, without its namespace; empty for comments."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _line(element: etree._Element) -> int:
    line: Any = element.sourceline  # the stubs do not say what it is
    return int(line or 0)


def _group(outline: etree._Element) -> str:
    names = (
        one_line(parent.get("title") or parent.get("text") or "") for parent in _above(outline)
    )
    return " / ".join(name[:_LONGEST_NAME] for name in reversed([*names]) if name)


def _above(outline: etree._Element) -> Iterator[etree._Element]:
    for parent in outline.iterancestors():
        if _name(parent) == "outline":
            yield parent


def write(outlines: Iterable[Outline], *, title: str, owner: str, now: datetime) -> str:
    """An OPML 2.0 file of these subscriptions, in their order; groups become folders.

    Args:
        outlines: What to write.
        title: What the list is called.
        owner: Whose it is; may be empty.
        now: When it was made.
    """
    root = etree.Element("opml", version="2.0")
    head, body = etree.SubElement(root, "head"), etree.SubElement(root, "body")
    etree.SubElement(head, "title").text = one_line(title)
    etree.SubElement(head, "dateCreated").text = format_datetime(now, usegmt=True)
    if owner:
        etree.SubElement(head, "ownerName").text = one_line(owner)
    folders: dict[str, etree._Element] = {"": body}
    for outline in outlines:
        if outline.group not in folders:
            name = one_line(outline.group)
            folders[outline.group] = etree.SubElement(body, "outline", text=name, title=name)
        name = one_line(outline.title) or outline.url
        said = {"type": "rss", "text": name, "title": name, "xmlUrl": outline.url}
        said |= {"htmlUrl": outline.site} if outline.site else {}
        etree.SubElement(folders[outline.group], "outline", said)
    etree.indent(root)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(root, encoding="unicode") + "\n"
    )
