"""What is stored and what a source says now, brought together."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from digest.model import Item


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an item.

    `substantial` says that its title or text changed by more than numbers and times: only such a
    change deserves a version of its own at any time; others deserve one a day at most. `reworded`
    says that they changed at all.
    """

    kind: Literal["new", "edited", "same"]
    item: Item
    substantial: bool = True
    reworded: bool = True


_TRUST = {"arxiv-listing": 1, "arxiv-oai": 2, "arxiv-api": 3, "hand": 3}
_ANNOUNCED_WITHIN = timedelta(days=7)
"""A listing dates a version by its announcement, some days after the API does."""

_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_WEEKDAY = "(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_NUMBERS = re.compile(
    rf"\b{_WEEKDAY},?\s+(?=(?:{_MONTH}\s+)?\d)|\b{_MONTH}\.?\s+(?=\d)|(?<=\d)\s+{_MONTH}\b"
    r"|\b(?:seconds?|minutes?|hours?|days?|weeks?|months?|ago|[ap]m|gmt|utc)\b|[\W\d_]+",
    re.IGNORECASE,
)


def merge(old: Item | None, new: Item) -> Change:
    """Bring together what is stored and what a source says now. Merging twice changes nothing more.

    The identity and the first date of what is stored remain. Otherwise the later word counts,
    except that of a poorer way: an arXiv listing adds to what the API said, and replaces its text
    only when it announces a later version. Nor does an earlier version of a paper, from a listing
    or a server that lags behind, replace a later one.
    """
    if old is None:
        return Change("new", new)
    lesser = _poorer(old, new) or _outdated(old, new)
    merged = _enriched(old, new) if lesser else _replaced(old, new)
    if replace(merged, fingerprint=old.fingerprint) == old:
        return Change("same", old, substantial=False, reworded=False)
    reworded = (merged.title, merged.text) != (old.title, old.text)
    return Change(
        "edited",
        merged,
        substantial=reworded and _substance(merged) != _substance(old),
        reworded=reworded,
    )


def _outdated(old: Item, new: Item) -> bool:
    """Whether a paper comes in an earlier version than the one that is stored."""
    if not old.id.startswith("arxiv:") or old.updated is None:
        return False
    slack = timedelta() if old.via == new.via else _ANNOUNCED_WITHIN
    return new.updated is None or new.updated < old.updated - slack


def _keeps_text(old: Item, new: Item) -> bool:
    """Whether what is stored is a paper's whole text, and what comes its abstract once more."""
    later = new.updated is not None and (old.updated is None or new.updated > old.updated)
    return old.id.startswith("arxiv:") and not later and len(old.text) > 2 * len(new.text)


def _poorer(old: Item, new: Item) -> bool:
    return _TRUST.get(new.via, 3) < _TRUST.get(old.via, 3)


def _replaced(old: Item, new: Item) -> Item:
    richer = _TRUST.get(new.via, 3) > _TRUST.get(old.via, 3)
    worded = old if _keeps_text(old, new) else new
    return replace(
        new,
        id=old.id,
        source_id=old.source_id,
        entry_id=old.entry_id,
        published=(richer and new.published) or old.published or new.published,
        updated=new.updated or old.updated,
        authors=new.authors or old.authors,
        text=worded.text or old.text,
        html=worded.html or old.html,
        links=worded.links or old.links,
        external_ids={**old.external_ids, **new.external_ids},
        categories=_union(new.categories, old.categories) if new.via in _TRUST else new.categories,
        note=new.note or old.note,
        via=old.via if old.via == "hand" else new.via,
    )


def _enriched(old: Item, new: Item) -> Item:
    later = new.updated is not None and (old.updated is None or new.updated > old.updated)
    newer = replace(old, title=new.title, text=new.text, html=new.html, updated=new.updated)
    richer = _TRUST.get(new.via, 3) > _TRUST.get(old.via, 3)
    return replace(
        newer if later and new.text else old,
        published=(richer and new.published) or old.published,
        external_ids={**new.external_ids, **old.external_ids},
        categories=_union(old.categories, new.categories),
        note=old.note or new.note,
    )


def _union(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _substance(item: Item) -> str:
    return _NUMBERS.sub(" ", f"{item.title}\n{item.text}").casefold().strip()
