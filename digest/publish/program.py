"""Digests of what a build is made of; with them alone it is seen that there is nothing to build."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

FONT = Path(__file__).parent / "fonts" / "literata-semibold.ttf"

LIBRARIES = ("jinja2", "markdown-it-py", "mdit-py-plugins", "css-inline")
_PARTS = ("publish", "markup", "language")


def fingerprint(*parts: str) -> str:
    """A digest of some texts."""
    found = sha256()
    for part in parts:
        found.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return found.hexdigest()[:32]


@cache
def program() -> str:
    """A digest of the code that makes the pages, and of the libraries it makes them with."""
    package = Path(__file__).parents[1]
    sources = [one for name in _PARTS for one in sorted((package / name).glob("*.py"))]
    texts = [path.read_text(encoding="utf-8") for path in (*sources, package / "model.py")]
    return fingerprint(*map(version, LIBRARIES), *texts)


@cache
def drawer() -> str:
    """A digest of what draws the pictures: the font, the code, the library's version."""
    here = Path(__file__).parent
    files = (FONT, here / "picture.py", here / "png.py")
    return fingerprint(version("pillow"), *(sha256(one.read_bytes()).hexdigest() for one in files))


def indexer() -> str:
    """The version of what makes the index of the search; empty where it is not installed."""
    try:
        return version("pagefind-bin")
    except PackageNotFoundError:
        return ""
