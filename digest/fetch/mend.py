"""Damaged feeds mended, so that reading them takes time in proportion to their size.

feedparser reads what is not well-formed with a parser of its own, which is slow beyond bounds on
what was made to be, and adds a semicolon to every bare ampersand. So libxml2 mends it first.
"""

from __future__ import annotations

import re
from html.entities import html5
from xml.parsers import expat

from lxml import etree

_NAMED = re.compile(rb"&(?:(\w{2,31});|(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};))")
_XML_NAMES = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
# XML knows none of them, and libxml2 drops the text before one
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_MARKUP_DECLARATION = re.compile(rb"<!DOCTYPE[^\[>]*(?:\[[^\]]*\]\s*)?>", re.IGNORECASE)


def is_well_formed(body: bytes) -> bool:
    """Whether XML parsers read these bytes to their end."""
    try:
        expat.ParserCreate().Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError):
        return False
    return True


def mended(body: bytes, media_type: str) -> bytes:
    """The feed as well-formed UTF-8: what can be saved of it; empty where nothing can.

    The charset is found as feedparser finds it. Entities of HTML become characters, ampersands that
    begin nothing become themselves, document types go, and libxml2 closes what was left open.
    """
    from feedparser.encodings import convert_to_utf8

    headers = {"content-type": media_type} if media_type else {}
    utf8 = convert_to_utf8(headers, body, {})
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, encoding="utf-8"
    )
    plain = utf8.translate(None, _CONTROLS)
    clean = _NAMED.sub(_as_number, _MARKUP_DECLARATION.sub(b"", plain, count=1))
    try:
        root = etree.fromstring(clean, parser)
    except etree.XMLSyntaxError:
        return b""
    return b"" if root is None else etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _as_number(match: re.Match[bytes]) -> bytes:
    name = match[1]
    if name is None:
        return b"&amp;"
    if name in _XML_NAMES:
        return match[0]
    characters = html5.get(f"{name.decode('utf-8', 'replace')};", "")
    return "".join(f"&#{ord(one)};" for one in characters).encode() or b"&amp;" + match[0][1:]
