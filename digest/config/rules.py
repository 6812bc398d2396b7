"""What a value in sources.yaml must look like: one function for each sort of value.

Each returns the value, cleaned where that is harmless, or raises ValueError with words for the
person who wrote it.
"""

from __future__ import annotations

import ipaddress
import re
from email.utils import parseaddr
from urllib.parse import urlsplit

from digest.config.query import check as _check_query

_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9-]*")
_HOST = re.compile(r"(?!-)[\w-]{1,63}(?<!-)(?:\.(?!-)[\w-]{1,63}(?<!-))*\.?")
# Selectors of names, classes and ids, which are right without asking anybody.
_NAMED = r"(?:[a-zA-Z][\w-]*(?:[.#][a-zA-Z][\w-]*)*|(?:[.#][a-zA-Z][\w-]*)+)"
_SELECTORS = re.compile(rf"{_NAMED}(?:(?: *[,>+~] *| +){_NAMED})*", re.ASCII)
_HOST_PORT = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]]+):(?P<port>\d{1,5})")


def identifier(value: str) -> str:
    """An id: lower-case letters, digits and hyphens, such as `import-ai`."""
    if not _IDENTIFIER.fullmatch(value):
        raise ValueError(
            "expected an id of lower-case letters, digits and hyphens, such as import-ai"
        )
    return value


def web_address(value: str) -> str:
    """An absolute http or https address with a host, and without a password in it."""
    expected = "expected a web address such as https://example.org/feed"
    if re.search(r"[\s\x00-\x1f\x7f<>\"\\]", value):
        raise ValueError(f"{expected}, without spaces")
    try:
        parts = urlsplit(value)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(f"{expected} ({error})") from None
    if parts.scheme.lower() not in {"http", "https"}:
        raise ValueError(f"{expected}, beginning with https:// or http://")
    if not host or port == 0 or not _is_host(host):
        raise ValueError(f"{expected}: there is no host in it")
    if parts.username is not None:
        raise ValueError("a password does not belong in this file: take it out of the address")
    return value


def _is_host(host: str) -> bool:
    # 2852039166 and 0xa9fea9fe are addresses to some programs and names to others: neither here
    numeric = re.fullmatch(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)\.?", host, re.IGNORECASE)
    return _is_ip(host) or (len(host) <= 253 and bool(_HOST.fullmatch(host)) and not numeric)


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def css_selector(value: str) -> str:
    """A CSS selector as Beautiful Soup understands it."""
    if not value:
        raise ValueError("expected a CSS selector such as article or div.news > a")
    if _SELECTORS.fullmatch(value):
        return value
    # soupsieve brings Beautiful Soup with it, which no command should load for `article a`
    import soupsieve

    try:
        soupsieve.compile(value)
    except soupsieve.SelectorSyntaxError as error:
        reason = str(error).partition("\n")[0].strip().rstrip(".:")
        raise ValueError(
            f"not a CSS selector ({reason}): expected one such as article or div.news > a"
        ) from None
    return value


def host_and_port(value: str) -> str:
    """An exact host and port, such as `127.0.0.1:8765`."""
    match = _HOST_PORT.fullmatch(value)
    if not match or not 1 <= int(match["port"]) <= 65535 or not _is_host(match["host"].strip("[]")):
        raise ValueError("expected one host and its port, such as 127.0.0.1:8765")
    return value.lower()


def environment_name(value: str) -> str:
    """The name of an environment variable, such as `LAB_TOKEN`."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value):
        raise ValueError(
            "expected the name of an environment variable, such as LAB_TOKEN: the secret itself"
            " does not belong in this file"
        )
    return value


def local_path(value: str) -> str:
    """A place on this machine: an absolute path, or one that begins with `~`."""
    if not value.startswith(("/", "~/")) or "\0" in value:
        raise ValueError("expected a path on this machine that begins with / or ~/")
    return value


def mail_address(value: str) -> str:
    """Who sends a mail: `letter@example.org`, or `Ada Quill <letter@example.org>`."""
    name, address = parseaddr(value)
    host = address.rpartition("@")[2]
    plain = address.isascii() and not re.search(r"[\s<>\x00-\x1f\x7f]", address)
    if not plain or not address.rpartition("@")[0] or not _is_host(host) or not name.isprintable():
        raise ValueError("expected an address such as letter@example.org or Ada <ada@example.org>")
    return value


def unsubscribe_link(value: str) -> str:
    """An https address, or a mail service's placeholder for one, such as `*|UNSUB|*`."""
    if re.match(r"(?i)http:", value):
        raise ValueError("expected an https address: mail programs follow no other in one click")
    is_address = value.lower().startswith("https:")
    unfit = not value.isascii() or not value.isprintable() or re.search(r"[<>\"'\\]", value)
    if unfit or not 1 <= len(value) <= 200 or (not is_address and re.match(r"\w+:", value)):
        raise ValueError(
            "expected an https address or your mail service's placeholder for it, "
            "such as {{ unsubscribe_url }}"
        )
    if is_address:
        web_address(value.replace(" ", ""))  # a placeholder in it may hold spaces
    return value


def arxiv_query(value: str) -> str:
    """A search query as arXiv's API reads it; see `digest.config.query`."""
    _check_query(value)
    return value
