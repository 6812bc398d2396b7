"""Web addresses: which are addresses at all, and which of them name the same page."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qs, quote, unquote, urljoin, urlsplit

from digest.markup.identifiers import arxiv_id, doi
from digest.markup.plain import clean
from digest.markup.sites import ALIASES, REDIRECTORS, accelerated, same, tracks

_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_PORTS = {"http": 80, "https": 443}
_BREAKS = re.compile(r"[\t\n\r]")
# Most addresses are of this kind, where nothing has to be resolved or doubted.
_PLAIN = re.compile(
    r"""https?://[a-z0-9.-]*[a-z0-9](?:/[!"$-:<=>@-~]*)?(?:\?[!"$-~]+)?(?:\#[!-~]+)?"""
)
# From the top of a site, with nothing in it that resolving would change.
_ROOTED = re.compile(r"""(?!.*/\.)/(?:[!"$-.0-:<=@-~][!"$-:<=@-~]*)?(?:\?[!"$-~]+)?(?:\#[!-~]+)?""")
# Characters that need no escape and are none.
_UNESCAPED = re.compile(r"[A-Za-z0-9/:;=@!$&'()*+,?._~\[\]|-]*")
_NESTED = 3  # redirectors and caches inside each other


def is_web(url: str) -> bool:
    """Whether this is an absolute http or https address with a host."""
    if _PLAIN.fullmatch(url):
        return True
    try:
        parts = urlsplit(url)
        return parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def host(url: str) -> str:
    """The host of an address in lower case, without its port; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def resolve(base: str, url: str) -> str:
    """`url` as seen from `base`; empty where the two make no address.

    Line breaks and tabs inside an address are dropped and spaces are quoted, as browsers do.
    """
    if _PLAIN.fullmatch(url):
        return url
    if _ROOTED.fullmatch(url) and (origin := _origin(base)):
        return origin + url
    tidy = _BREAKS.sub("", clean(url)).strip().replace(" ", "%20")
    try:
        return urljoin(base, tidy) if base else tidy
    except ValueError:
        return ""


_ORIGIN = re.compile(r"https?://[^/?#]*")


def _origin(base: str) -> str:
    """Scheme and host of an address of the plain kind; empty for any other."""
    found = _ORIGIN.match(base) if _PLAIN.fullmatch(base) else None
    return found[0] if found else ""


@lru_cache(maxsize=65536)
def canonical(url: str) -> str:
    """The one form of all addresses that name the same page; what is no web address stays.

    Lower case, https (except on this machine and private networks), no default port, fragment,
    tracking parameters, `www.`, trailing slash, AMP or mobile form; the query sorted. arXiv papers,
    DOIs, videos and forum posts have one address each, whichever site shows them.
    """
    address = resolve("", url)
    for _ in range(_NESTED):
        inner = _inside(address)
        if not inner:
            break
        address = inner
    if not is_web(address):
        return url
    if paper := arxiv_id(address):
        return f"https://arxiv.org/abs/{paper}"
    return _general(urlsplit(address))


def _general(parts: SplitResult) -> str:
    name = _ascii((parts.hostname or "").rstrip("."))
    private = _is_private(name)
    scheme = parts.scheme if private else "https"
    site = name if private else _site(name)
    if site == "doi.org" and (number := doi(parts.path)):
        return f"https://doi.org/{quote(number, safe='/():;._-')}"
    path = _path(parts.path, site)
    query = _query(parts.query, site, path)
    at = f"[{site}]" if ":" in site else site
    if parts.port and parts.port not in {_PORTS[scheme], _PORTS[parts.scheme]}:
        at = f"{at}:{parts.port}"
    address = f"{at}{path}?{query}" if query else f"{at}{path}"
    return f"{scheme}://{address if private else same(address)}"


def _inside(address: str) -> str | None:
    """The address that a redirector or an AMP cache leads to, or None."""
    if not is_web(address):
        return None
    parts = urlsplit(address)
    site = _site((parts.hostname or "").rstrip("."))
    for name in REDIRECTORS.get(f"{site}{parts.path.rstrip('/')}", ()):
        for value in parse_qs(parts.query).get(name, ()):
            if is_web(value):
                return value
    cache = None
    if site == "google.com":
        cache = re.match(r"/amp/(s/)?", parts.path)
    elif site == "ampproject.org" or site.endswith(".ampproject.org"):
        cache = re.match(r"/[cvr]/(s/)?", parts.path)
    if not cache:
        return None
    inner = f"http{'s' if cache[1] else ''}://{parts.path[cache.end() :]}"
    return inner if is_web(inner) else None


def _ascii(name: str) -> str:
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


@lru_cache(maxsize=4096)
def _site(name: str) -> str:
    """The host without the label that only chooses a layout."""
    labels = name.split(".")
    while len(labels) > 2 and labels[0] in {"www", "m", "mobile", "amp"}:
        labels = labels[1:]
    if len(labels) > 3 and labels[1] == "m":  # en.m.wikipedia.org
        del labels[1]
    short = ".".join(labels)
    return ALIASES.get(short, short)


def _path(path: str, site: str) -> str:
    path = _percent(path)
    if ";" in path:
        path = re.sub(r";jsessionid=[^/]*", "", path, flags=re.IGNORECASE)
    if "/." in path:
        # behind `/.` two slashes at the beginning are no host
        path = urlsplit(urljoin("https://a/", f"/.{path}")).path
    return (accelerated(site, path) or path).rstrip("/")


def _query(query: str, site: str, path: str) -> str:
    pairs = (_percent(pair) for pair in query.split("&") if pair)
    kept = (pair for pair in pairs if not tracks(unquote(pair.partition("=")[0]), site, path))
    return "&".join(sorted(kept))


def _percent(text: str) -> str:
    """Escapes that mean the character itself undone, the others in capitals (RFC 3986, 6.2.2)."""
    if _UNESCAPED.fullmatch(text):
        return text

    def one(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        plain = character.isascii() and (character.isalnum() or character in "-._~")
        return character if plain else match[0].upper()

    return quote(_ESCAPED.sub(one, text), safe="%/:;=@!$&'()*+,?-._~[]|")


@lru_cache(maxsize=4096)
def _is_private(name: str) -> bool:
    """Whether only this machine or its network knows the host: there, http is not https."""
    try:
        return not ipaddress.ip_address(name.partition("%")[0]).is_global
    except ValueError:
        return "." not in name or name.endswith((".localhost", ".local", ".internal"))
