"""Where things stand on the site: paths from its root, ways between them, and addresses.

A link names `index.html` itself, so that it works from the disk as from a server; an address, which
others keep, does not.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from urllib.parse import quote

HOME = "index.html"
ARCHIVE = "archive/index.html"
THEMES = "themes/index.html"
TRACKERS = "trackers/index.html"
ABOUT = "about/index.html"
SOURCES = "sources/index.html"
SEARCH = "search/index.html"
SEARCH_INDEX = "search/pagefind/"
NOT_FOUND = "404.html"
FEED = "feed.xml"
RSS = "rss.xml"
JSON_FEED = "feed.json"
STYLE = "style.css"
FAVICON = "favicon.svg"
PICTURE = "card.png"

_ANCHOR = re.compile(r"[^\w.~-]+")
# What names a folder on every system, and no two of which are one folder on any.
_FOLDER = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_LONGEST_NAME = 80


def issue(issue_id: str) -> str:
    """The page of an issue."""
    return f"issues/{issue_id}/index.html"


@cache
def companion(issue_id: str, anchor: str = "") -> str:
    """The companion of an issue, or of its entry at an anchor."""
    if anchor and not (_FOLDER.fullmatch(anchor) and len(anchor) <= _LONGEST_NAME):
        digest = sha256(anchor.encode("utf-8", "surrogatepass")).hexdigest()[:10]
        plain = "-".join(re.findall(r"[a-z0-9]+", anchor.lower()))[:_LONGEST_NAME].strip("-")
        anchor = f"{plain or 'entry'}--{digest}"
    return f"companions/{issue_id}/{anchor}{'/' if anchor else ''}index.html"


def picture(issue_id: str) -> str:
    """The picture that others show beside a link to an issue."""
    return f"issues/{issue_id}/card.png"


def theme(theme_id: str, year: int | None = None) -> str:
    """The page of a theme, or of its earlier entries of one year."""
    return f"themes/{theme_id}/{f'{year}/' if year else ''}index.html"


def tracker(tracker_id: str, order: str = "", number: int = 1) -> str:
    """The page of a tracker; sorted otherwise, or the rows that the first page has no room for."""
    folders = [tracker_id, *([order] if order else []), *([str(number)] if number > 1 else [])]
    return f"trackers/{'/'.join(folders)}/index.html"


def tracker_file(tracker_id: str, kind: str) -> str:
    """A tracker for programs: `csv` or `json`."""
    return f"trackers/{tracker_id}/{tracker_id}.{kind}"


def archive(year: int) -> str:
    """The issues of one year."""
    return f"archive/{year}/index.html"


def root(path: str) -> str:
    """The way from a page up to the site's root: empty, `../` or `../../`."""
    return "../" * path.count("/")


def beside(path: str, name: str) -> str:
    """The path of another file in the same folder."""
    return path[: path.rfind("/") + 1] + name


def address(base: str, path: str) -> str:
    """The absolute address of a path, its anchor kept, without `index.html`."""
    page, hash_, anchor_ = path.partition("#")
    clean = page.removesuffix("index.html")
    return f"{base.rstrip('/')}/{quote(clean, safe='/~')}{hash_}{quote(anchor_)}"


def anchor(key: str) -> str:
    """An entry's key as an anchor, without what an address would have to escape.

    It never begins with `_` or holds a `:`, as the ids of the pages themselves do.
    """
    return _ANCHOR.sub("-", key).strip("-_") or "entry"
