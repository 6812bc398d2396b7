"""Names that a work has outside this program: arXiv ids, DOIs, GitHub repositories."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from digest.markup.plain import word_set

# https://info.arxiv.org/help/arxiv_identifier.html: 0704.0001 to 1412 with four digits, five since;
# before that archive.SUBJECT/YYMMNNN.
_NEW = r"(?P<new>\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})"
_OLD = r"(?P<old>[a-z]+(?:-[a-z]+)?(?:\.[a-z]{2})?/\d{2}(?:0[1-9]|1[0-2])\d{3})"
_ID = rf"(?:{_NEW}|{_OLD})(?:v(?P<version>[1-9]\d?))?(?![\d.]*\d)"

_BARE = re.compile(rf"\s*(?:arxiv\s*:\s*|oai:arxiv\.org:)?{_ID}\s*", re.IGNORECASE)
_NAMED = re.compile(rf"\b(?:arxiv\s*:\s*|oai:arxiv\.org:){_ID}", re.IGNORECASE)
_ADDRESS = re.compile(
    rf"""(?:https?:)?(?://)?(?:[a-z-]+\.)*
    (?: arxiv\.org/(?:abs|pdf|html|format|ps|src|e-print|list|tb|a)/
      | ar5iv(?:\.labs\.arxiv)?\.org/(?:abs|html|pdf)/
      | alphaxiv\.org/(?:abs|pdf|html|overview|paper|[a-z]{{2}}/overview)/
      | huggingface\.co/papers/
      | arxiv-vanity\.com/papers/
      | (?:dx\.)?doi\.org/10\.48550/arxiv\.
      | scirate\.com/arxiv/
    ){_ID}(?:\.pdf)?""",
    re.IGNORECASE | re.VERBOSE,
)
_WEB = re.compile(r"\s*https?://\S+\s*\Z", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+")
_GITHUB_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*)/[\w.-]+")
_NOT_OWNERS = word_set(
    "about apps collections contact customer-stories enterprise events explore features issues"
    " login marketplace new notifications orgs pricing pulls search security settings site"
    " sponsors stars team topics trending users readme"
)


def _match(text: str) -> re.Match[str] | None:
    if _WEB.match(text):
        # an address names what it leads to, not what stands in its parameters
        return _ADDRESS.match(text.strip())
    return _BARE.fullmatch(text) or _ADDRESS.search(text) or _NAMED.search(text)


def arxiv_id(text: str) -> str | None:
    """The arXiv id, without its version, that a text is or an address names.

    Reads `2606.01234v2`, `arXiv:hep-th/9901001`, and the addresses of arXiv, its mirrors and the
    sites that show its papers. The first one counts; without any the answer is None.
    """
    match = _match(text)
    if not match:
        return None
    if match["new"]:
        return match["new"]
    archive, _, number = match["old"].partition("/")
    name, _, subject = archive.partition(".")
    return f"{name.lower()}{'.' + subject.upper() if subject else ''}/{number}"


def arxiv_version(text: str) -> int | None:
    """The version that stands behind an arXiv id, or None."""
    match = _match(text)
    return int(match["version"]) if match and match["version"] else None


def doi(text: str) -> str | None:
    """The DOI in a text or address, in lower case, without punctuation that ends a sentence."""
    match = _DOI.search(unquote(text))
    if not match:
        return None
    found = match[0].split("?")[0].split("#")[0].rstrip(".,;:'\u2019\u201d*")
    while found.endswith((")", "]")) and found.count("(") < found.count(")"):
        found = found[:-1]
    return found.lower()


def external_ids(url: str) -> dict[str, str]:
    """What an address *is* elsewhere: `arxiv`, `doi`, `github` (owner/name), as far as it says."""
    found: dict[str, str] = {}
    if paper := arxiv_id(url):
        found["arxiv"] = paper
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.").lower()
    except ValueError:
        return found
    if host in {"doi.org", "dx.doi.org"} or "/doi/" in parts.path:
        number = doi(parts.path)
        if number and "arxiv" not in found:
            found["doi"] = number
    if host == "github.com" and (name := _repository(parts.path)):
        found["github"] = name
    return found


def _repository(path: str) -> str | None:
    name = "/".join(path.strip("/").split("/")[:2]).removesuffix(".git")
    owner = name.partition("/")[0].lower()
    return name if _GITHUB_NAME.fullmatch(name) and owner not in _NOT_OWNERS else None
