"""Web addresses: which are addresses at all, and which of them name the same page."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from digest.markup.identifiers import arxiv_id, doi
from digest.markup.plain import clean

_TRACKING = re.compile(
    r"utm_.*|mtm_.*|pk_(?:campaign|kwd|source|medium)|_hs(?:enc|mi)|hsctatracking|mc_[ce]id|mkt_tok"
    r"|(?:fb|g|dc|ms|y|tt|tw|wbra|gbra|li_fat_|irc)l?clid|gbraid|wbraid|igsh(?:id)?|ref_src|ref_url"
    r"|_openstat|vero_(?:id|conv)|oly_(?:anon|enc)_id|wickedid|s_cid|cmpid|trk|trkcampaign|amp"
    r"|outputtype|guccounter|guce_referrer(?:_sig)?|_ga|_gl|sref|xtor|ncid",
    re.I,
)
# Parameters that say only where a reader came from, on the sites that use them so.
_LOCAL_TRACKING = {
    "substack.com": {
        "r",
        "s",
        "showwelcome",
        "publication_id",
        "post_id",
        "isfreemail",
        "triedredirect",
    },
    "medium.com": {"source", "sk"},
    "x.com": {"s", "t"},
    "twitter.com": {"s", "t"},
    "youtube.com": {"si", "feature", "pp", "ab_channel"},
    "linkedin.com": {"rcm"},
}
_CODE_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "huggingface.co", "codeberg.org")
_UNRESERVED = re.compile(r"%([0-9A-Fa-f]{2})")
_PORTS = {"http": 80, "https": 443}
_SPACE = re.compile(r"[\t\n\r]")


def is_web(url: str) -> bool:
    """Whether this is an absolute http or https address with a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
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
    tidy = _SPACE.sub("", clean(url)).strip().replace(" ", "%20")
    try:
        return urljoin(base, tidy) if base else tidy
    except ValueError:
        return ""


@lru_cache(maxsize=65536)
def canonical(url: str) -> str:
    """The one form of all addresses that name the same page; what is no web address stays.

    Lower case, https (except on this machine and private networks), no default port, fragment,
    tracking parameters, `www.`, trailing slash, AMP or mobile form; the query sorted. arXiv papers,
    DOIs and videos have one address each, whichever site shows them.
    """
    url = resolve("", url)
    if not is_web(url):
        return url
    return _known(url) or _general(url)


def _known(url: str) -> str | None:
    """Sites that give one work many addresses."""
    if paper := arxiv_id(url):
        return f"https://arxiv.org/abs/{paper}"
    parts = urlsplit(url)
    site = _site(host(url))
    if site in {"doi.org", "dx.doi.org"} and (number := doi(parts.path)):
        return f"https://doi.org/{quote(number, safe='/():;._-')}"
    if site == "youtu.be":
        return _video(parts.path.strip("/"))
    if site in {"youtube.com", "youtube-nocookie.com", "music.youtube.com"}:
        if match := re.fullmatch(r"/(?:shorts|embed|live|v)/([\w-]+)/?", parts.path):
            return _video(match[1])
        if parts.path == "/watch" and (match := re.search(r"(?:^|&)v=([\w-]+)", parts.query)):
            return _video(match[1])
    return None


def _video(name: str) -> str | None:
    return f"https://youtube.com/watch?v={name}" if re.fullmatch(r"[\w-]+", name) else None


def _general(url: str) -> str:
    parts = urlsplit(_out_of_amp_cache(url))
    name, private = host(urlunsplit(parts)), _is_private(host(urlunsplit(parts)))
    site = name if private else _site(name)
    scheme = parts.scheme if private else "https"
    port = parts.port
    at = f"[{site}]" if ":" in site else site
    if port and port != _PORTS[scheme] and port != _PORTS[parts.scheme]:
        at = f"{at}:{port}"
    return urlunsplit((scheme, at, _path(parts.path, site), _query(parts.query, site), ""))


def _site(name: str) -> str:
    """The host without the label that only chooses a layout."""
    labels = name.split(".")
    while len(labels) > 2 and labels[0] in {"www", "m", "mobile", "amp"}:
        labels = labels[1:]
    if len(labels) > 3 and labels[1] == "m":  # en.m.wikipedia.org
        del labels[1]
    return ".".join(labels)


def _out_of_amp_cache(url: str) -> str:
    """The address that an AMP cache shows."""
    parts = urlsplit(url)
    name = host(url)
    for suffix, prefix in (("google.com", r"/amp/(s/)?"), ("cdn.ampproject.org", r"/[cvr]/(s/)?")):
        match = re.match(prefix, parts.path)
        if match and (name == f"www.{suffix}" or name.endswith(suffix)):
            inner = f"http{'s' if match[1] else ''}://{parts.path[match.end() :]}"
            return inner if is_web(inner) else url
    return url


def _path(path: str, site: str) -> str:
    path = re.sub(r"/+(?:amp|index\.amp)/*$|\.amp(?=\.html$)", "", _percent(path))
    if site == "github.com" and path.count("/") == 2:
        path = path.removesuffix(".git")
    return path.rstrip("/")


def _query(query: str, site: str) -> str:
    local = next((names for end, names in _LOCAL_TRACKING.items() if _within(site, end)), set())
    kept = []
    for pair in query.split("&"):
        name = unquote(pair.partition("=")[0]).lower()
        if not pair or name in local or _TRACKING.fullmatch(name):
            continue
        if name == "ref" and not any(_within(site, end) for end in _CODE_HOSTS):
            continue
        kept.append(_percent(pair))
    return "&".join(sorted(kept))


def _within(site: str, end: str) -> bool:
    return site == end or site.endswith(f".{end}")


def _percent(text: str) -> str:
    """Escapes that mean the character itself undone, the others in capitals (RFC 3986, 6.2.2)."""

    def one(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        plain = character.isascii() and (character.isalnum() or character in "-._~")
        return character if plain else match[0].upper()

    return quote(_UNRESERVED.sub(one, text), safe="%/:;=@!$&'()*+,?-._~[]|")


def _is_private(name: str) -> bool:
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ipaddress.ip_address(name.partition("%")[0]).is_global
    except ValueError:
        return "." not in name
