"""One newsletter as it came by mail -> an item: its sender, list, text and address on the web.

What a mail says of its reader stays out: the links that unsubscribe, the pictures that report when
it is read, and the parameters of addresses by which a sender tells readers apart. Nobody is asked.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from html import escape
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from digest.errors import ParseError
from digest.fetch.dates import read_date
from digest.fetch.entries import identified
from digest.fetch.identity import item_id
from digest.markup.addresses import canonical, is_web
from digest.markup.html import links, to_text
from digest.markup.identifiers import external_ids
from digest.markup.personal import ABOUT_THE_READER, MOST_WORDS, anchors, impersonal, without_reader
from digest.markup.plain import clean, one_line
from digest.markup.sanitise import sanitise
from digest.model import Item

_READ_ONLINE = re.compile(
    r"\b(?:view|read|open|see|show)\b.{0,40}\b(?:browser|online|on the web|web ?page|in app)\b"
    r"|\b(?:web|online|browser) version\b|\bversion web\b"
    r"|\bim browser\b|\bnavigateur\b|\bnavegador\b",
    re.IGNORECASE,
)


def named(head: Message) -> str:
    """What a message is called for ever: its Message-ID, or a digest where it has none."""
    said = one_line(str(head.get("message-id") or "")).strip("<> ")
    if said:
        return said[:300]
    parts = "\n".join(str(head.get(key) or "") for key in ("from", "date", "subject"))
    return hashlib.sha256(parts.encode("utf-8", "replace")).hexdigest()[:20]


def dated(head: Message) -> datetime | None:
    """When it was sent, in UTC, as far as it says so."""
    said = str(head.get("date") or "")
    try:
        moment = parsedate_to_datetime(said)
    except (TypeError, ValueError, IndexError, OverflowError):
        return read_date(said[:100])
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


def letter_id(source_id: str, head: Message) -> str:
    """The id of the item that a message becomes."""
    return item_id(source_id, named(head))


def letter(raw: bytes, source_id: str) -> Item:
    """A message as an item.

    Raises:
        ParseError: it nests too deep to be a letter.
    """
    try:
        message = message_from_bytes(raw)
        html, plain = _bodies(message)
    except RecursionError as problem:
        raise ParseError("a message whose parts nest too deep") from problem
    if "<" not in html:
        html, plain = "", plain or html
    soup = BeautifulSoup(html, "lxml")
    subject = _words(message, "subject")
    url = _web_address(message, soup, subject)
    without_reader(soup, _refused(message))
    inside = str(soup) if html else _as_html(plain)
    sender, address = parseaddr(_words(message, "from"))
    list_id = re.search(r"<([^<>\s]+)>", _words(message, "list-id"))
    return identified(
        Item(
            id="",
            source_id=source_id,
            entry_id=named(message),
            url=url,
            title=subject or one_line(to_text(inside))[:80] or "(no subject)",
            authors=(one_line(sender) or address,) if sender or address else (),
            published=dated(message),
            text=to_text(inside) if html else clean(plain).strip(),
            html=sanitise(inside),
            links=tuple(found for found in links(inside) if found.url != url),
            external_ids=external_ids(url),
            categories=(list_id[1].lower(),) if list_id else (),
            via="mailbox",
        )
    )


# ---------------------------------------------------------------------------------------- the parts


def _words(message: Message, name: str) -> str:
    """A header on one line, decoded as far as it can be."""
    said = str(message.get(name) or "")[:2000]
    try:
        return one_line(str(make_header(decode_header(said))))
    except (HeaderParseError, LookupError, ValueError):
        return one_line(said)


def _bodies(message: Message) -> tuple[str, str]:
    """The first HTML part and the first plain one that are no attachments."""
    html = plain = ""
    for part in message.walk():
        if part.get_content_disposition() == "attachment" or part.is_multipart():
            continue
        if part.get_content_type() == "text/html":
            html = html or _decoded(part)
        elif part.get_content_type() == "text/plain":
            plain = plain or _decoded(part)
    return html, plain


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    body = payload if isinstance(payload, bytes) else b""
    for charset in (part.get_content_charset() or "utf-8", "utf-8"):
        try:
            return body.decode(charset)
        except (LookupError, ValueError):
            continue
    return body.decode("windows-1252", "replace")


def _as_html(plain: str) -> str:
    paragraphs = re.split(r"\n\s*\n", clean(plain).strip())
    return "".join(f"<p>{escape(part, quote=False)}</p>" for part in paragraphs if part)


# ------------------------------------------------------------------------------------- its address


def _web_address(message: Message, soup: BeautifulSoup, subject: str) -> str:
    """Where the issue is read on the web; empty where the mail does not say.

    Said by Archived-At (RFC 5064); by List-Post, where that is a page, as Substack has it; by a
    link to read it in the browser; or by a heading at the top that links to it.
    """
    for name in ("archived-at", "list-post"):
        said = re.fullmatch(r"<?(https?://[^<>\s]+)>?", _words(message, name))
        if said and is_web(said[1]) and urlsplit(said[1]).path.strip("/"):
            return impersonal(said[1])
    headed = ""
    for anchor, url in anchors(soup):
        words = one_line(anchor.get_text(" "))[:MOST_WORDS]
        if _READ_ONLINE.search(words) and not ABOUT_THE_READER.search(words):
            return impersonal(url)
        if not headed and subject and words.casefold() == subject[:MOST_WORDS].casefold():
            headed = impersonal(url)
    return headed


def _refused(message: Message) -> frozenset[str]:
    """The addresses by which the reader unsubscribes."""
    return frozenset(
        canonical(url)
        for url in re.findall(r"<(https?://[^<>]+)>", _words(message, "list-unsubscribe"))
    )
