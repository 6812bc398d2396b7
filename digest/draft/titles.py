"""Titles without what their sites put around them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from digest.draft.material import Material
from digest.model import Item

# What stands between a title and the name of its site.
_JOINT = re.compile(r"\s+(?:[|·•»›]|::|[-–—~])\s+|\s*::\s*")
# A day that a page without styles runs into the title behind it.
_DATED = re.compile(r"^[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}(?=[A-Z])")
_DASHES = frozenset("-–—~")
_WORD = re.compile(r"[^\W_]+")
_FILLING = frozenset(["the", "a", "of", "and", "for", "at", "in", "on", "by"])
_LEAST = 3  # words that a title keeps
_LONGEST = 8  # words that the name of a site has


def bare_title(item: Item, material: Material) -> str:
    """An item's title without the name of its site, before or behind it."""
    return _parted(item, material)[0]


def own_site(item: Item, material: Material) -> str:
    """The site that an item's title names, where its source gathers from several; else nothing.

    A source whose titles mostly name one site is that site, and has a name of its own.
    """
    site = _parted(item, material)[1]
    titles = material.titles.get(item.source_id, ())
    alike = sum(site in _JOINT.split(" ".join(title.split())) for title in titles)
    return site if site and alike * 3 < len(titles) * 2 else ""


def _parted(item: Item, material: Material) -> tuple[str, str]:
    """An item's title, and the name of its site that stands before or behind it, or nothing.

    A part behind a joint (`|`, `::`, a dash) is the site's where its words are those of the
    source's name, of the item's host, or (but for a dash) of the folders in its address, or where
    other titles from that source end with it, or in this story begin with it. Behind a bar, and
    before a double colon, stands a site whatever it is called.
    """
    title, site = _DATED.sub("", " ".join(item.title.split())), ""
    begins, ends = _shared(item, material)
    for _ in range(3):
        joints = list(_JOINT.finditer(title))
        if not joints:
            break
        first, last = joints[0], joints[-1]
        head, tail = title[: first.start()], title[last.end() :]
        if _is_whole(title[: last.start()]) and (
            _is_site(tail, item, material, ends, in_folders=last[0].strip() not in _DASHES)
            or ("|" in last[0] and len(_WORD.findall(tail)) <= _LONGEST)
        ):
            title, site = title[: last.start()], tail
        elif _is_whole(title[first.end() :], 2) and (
            _is_site(head, item, material, begins, in_folders=False)
            or ("::" in first[0] and len(_WORD.findall(head)) <= _LONGEST)
        ):
            title, site = title[first.end() :], head
        else:
            break
    return title, site


def _shared(item: Item, material: Material) -> tuple[set[str], set[str]]:
    """With what the other titles of an item's source begin, and with what they end."""
    told = [other.title for other in material.items if other.source_id == item.source_id]
    last = material.titles.get(item.source_id, ())
    others = {*told, *last} - {item.title}
    parts = {other: _JOINT.split(" ".join(other.split())) for other in others}
    # A work goes by its name in many of a source's titles: only a story's own may begin alike.
    begins = {parts[other][0] for other in told if other in parts}
    return begins, {found[-1] for other, found in parts.items() if other in told or found[1:]}


def _is_whole(title: str, least: int = _LEAST) -> bool:
    return len(_WORD.findall(title)) >= least


def _is_site(
    part: str, item: Item, material: Material, shared: set[str], *, in_folders: bool
) -> bool:
    words = [word for word in _WORD.findall(part.lower()) if word not in _FILLING]
    if not words or len(words) > _LONGEST:
        return False
    if part in shared:
        return True
    name = material.source_names.get(item.source_id, "").lower()
    address = urlsplit(item.url)
    folders = address.path.rpartition("/")[0] if in_folders else ""
    known = {*_WORD.findall(name), *_WORD.findall(folders.lower())}
    host = "".join(_WORD.findall((address.hostname or "").removeprefix("www.")))
    initials = "".join(word[0] for word in words)
    return (
        all(word in known or (len(word) > 2 and word in host) for word in words)
        or "".join(words) in host.lower()
        or (len(words) > 2 and initials in (address.hostname or "").split("."))
    )
