"""Damaged feeds mended, so that reading them takes time in proportion to their size.

feedparser reads what is not well-formed with a parser of its own, which is slow beyond bounds on
what was made to be, and adds a semicolon to every bare ampersand. So libxml2 mends it first.
"""

from __future__ import annotations

import codecs
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
    """Whether XML parsers read these bytes to their end, and know what each prefix stands for."""
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError):
        return False
    return True


def mended(body: bytes, media_type: str) -> bytes:
    """The feed as well-formed UTF-8: what can be saved of it; empty where nothing can.

    The charset is found as feedparser finds it. Entities of HTML become characters, ampersands that
    begin nothing become themselves, document types go, HTML that an element holds bare becomes its
    text, prefixes that nobody declared mean what they usually do, and libxml2 closes what was left
    open.
    """
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, encoding="utf-8"
    )
    plain = _utf8(body, media_type).translate(None, _CONTROLS)
    plain = _SURROGATES.sub(_as_one, _UNFINISHED.sub(rb"&\1;", plain))
    clean = _NAMED.sub(_as_number, _MARKUP_DECLARATION.sub(b"", plain, count=1))
    clean = _with_namespaces(_with_escaped_html(clean))
    try:
        root = etree.fromstring(clean, parser)
    except etree.XMLSyntaxError:
        return b""
    return b"" if root is None else etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _utf8(body: bytes, media_type: str) -> bytes:
    """The bytes as UTF-8. Of what calls itself that, single bytes that are not are windows-1252."""
    from feedparser.encodings import convert_to_utf8

    said = f"{media_type} {body[:200].partition(b'?>')[0].decode('latin-1')}".lower()
    named = _CHARSETS.findall(said)
    if not named or set(named) <= {"utf-8", "utf8"}:
        try:
            text = body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "as-windows-1252")
        except UnicodeDecodeError:
            text = ""
        if text and "\0" not in text[:256]:
            return text.encode("utf-8")
    headers = {"content-type": media_type} if media_type else {}
    converted: bytes = convert_to_utf8(headers, body, {})
    return converted


_CHARSETS = re.compile(r"(?:charset|encoding)\s*=\s*[\"']?([\w.:-]+)")


def _as_windows_1252(problem: UnicodeError) -> tuple[str, int]:
    if not isinstance(problem, UnicodeDecodeError):
        raise problem
    stray = problem.object[problem.start : problem.start + 1]
    return stray.decode("cp1252", "replace"), problem.start + 1


codecs.register_error("as-windows-1252", _as_windows_1252)

# An entity that lacks its end; a character that is written as the two halves UTF-16 makes of it.
_UNFINISHED = re.compile(rb"&(amp|lt|gt|quot|nbsp)(?=[\s<])")
_SURROGATES = re.compile(rb"&#(5[56]\d{3});&#(5[67]\d{3});")


def _as_one(match: re.Match[bytes]) -> bytes:
    high, low = int(match[1]), int(match[2])
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return match[0]
    return b"&#%d;" % (0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00)


# What closes itself holds nothing, and has no end to wait for.
_HOLDS_HTML = re.compile(
    rb"<(/?)(title|description|content:encoded)(?:\s[^<>]*)?(?<!/)>"
    rb"|<(/?)(item|channel)\b|<!\[CDATA\["
)


def _with_escaped_html(body: bytes) -> bytes:
    """RSS in which HTML stands bare within titles and descriptions, with its tags escaped.

    Left as it is, an element that is not closed takes all that follows with it; if it is the title
    or the description itself that has no end, it gets one.
    """
    if b"<rss" not in body[:2048]:
        return body
    pieces: list[bytes] = []
    done, opened, name, at = 0, -1, b"", 0
    while match := _HOLDS_HTML.search(body, at):
        at = match.end()
        if match[0] == b"<![CDATA[":
            end = body.find(b"]]>", at)
            at, opened = (end + 3 if end >= 0 else len(body)), -1
        elif match[4]:
            if opened >= 0:
                inner = body[opened : match.start()]
                end = len(inner.partition(b"<")[0] if name == b"title" else inner)
                pieces += [body[done:opened], _escaped(inner[:end]), b"</%b>" % name]
                done, opened = opened + end, -1
        elif not match[1]:
            opened, name = (at, match[2]) if opened < 0 else (opened, name)
        elif opened >= 0 and match[2] == name:
            pieces += [body[done:opened], _escaped(body[opened : match.start()])]
            done, opened = match.start(), -1
    return b"".join([*pieces, body[done:]])


def _escaped(html: bytes) -> bytes:
    return html.replace(b"&", b"&amp;").replace(b"<", b"&lt;") if b"<" in html else html


def _as_number(match: re.Match[bytes]) -> bytes:
    name = match[1]
    if name is None:
        return b"&amp;"
    if name in _XML_NAMES:
        return match[0]
    characters = html5.get(f"{name.decode('utf-8', 'replace')};", "")
    return "".join(f"&#{ord(one)};" for one in characters).encode() or b"&amp;" + match[0][1:]


_FIRST_TAG = re.compile(rb"<[A-Za-z][\w.:-]*")
_PREFIX = re.compile(rb"<([A-Za-z][\w.-]*):[A-Za-z]")
_DECLARED = re.compile(rb"\sxmlns:([\w.-]+)\s*=")
_USUAL = {
    b"atom": b"http://www.w3.org/2005/Atom",
    b"content": b"http://purl.org/rss/1.0/modules/content/",
    b"dc": b"http://purl.org/dc/elements/1.1/",
    b"dcterms": b"http://purl.org/dc/terms/",
    b"itunes": b"http://www.itunes.com/dtds/podcast-1.0.dtd",
    b"media": b"http://search.yahoo.com/mrss/",
    b"rdf": b"http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    b"slash": b"http://purl.org/rss/1.0/modules/slash/",
    b"wfw": b"http://wellformedweb.org/CommentAPI/",
}


def _with_namespaces(body: bytes) -> bytes:
    """The feed with every prefix declared at its root that is nowhere."""
    missing = set(_PREFIX.findall(body)) - set(_DECLARED.findall(body)) - {b"xml"}
    if not missing:
        return body
    added = b"".join(
        b' xmlns:%b="%b"' % (prefix, _USUAL.get(prefix, b"urn:undeclared:" + prefix))
        for prefix in sorted(missing)
    )
    return _FIRST_TAG.sub(lambda match: match[0] + added, body, count=1)


_WIDE = re.compile(
    rb"\A((?:\xef\xbb\xbf)?\s*<\?xml\b[^>]*?)\sencoding\s*=\s*[\"'](?:utf-?(?:16|32)|ucs-?[24])[^\"']*[\"']",
    re.IGNORECASE,
)


def without_false_width(body: bytes) -> bytes:
    """The bytes without a claim to be of two or four to a character, where none is so wide."""
    return body if b"\0" in body[:256] else _WIDE.sub(rb"\1", body, count=1)
