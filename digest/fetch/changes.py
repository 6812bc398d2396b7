"""What is stored and what a source says now, brought together."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from digest.model import Item


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an item.

    `substantial` says that its title or text changed by more than numbers and times: only such a
    change deserves a version of its own at any time; others deserve one a day at most.
    """

    kind: Literal["new", "edited", "same"]
    item: Item
    substantial: bool = True


_TRUST = {"arxiv-listing": 1, "arxiv-oai": 2, "arxiv-api": 3, "hand": 3}
_NUMBERS = re.compile(
    r"[\W\d_]+|\b(?:seconds?|minutes?|hours?|days?|weeks?|months?|ago)\b", re.IGNORECASE
)


def merge(old: Item | None, new: Item) -> Change:
    """Bring together what is stored and what a source says now. Merging twice changes nothing more.

    The identity and the first date of what is stored remain. Otherwise the later word counts,
    except that of a poorer way: an arXiv listing adds to what the API said, and replaces its text
    only when it announces a later version.
    """
    if old is None:
        return Change("new", new)
    merged = _enriched(old, new) if _poorer(old, new) else _replaced(old, new)
    if replace(merged, fingerprint=old.fingerprint) == old:
        return Change("same", old, substantial=False)
    return Change("edited", merged, substantial=_substance(merged) != _substance(old))


def _poorer(old: Item, new: Item) -> bool:
    return _TRUST.get(new.via, 3) < _TRUST.get(old.via, 3)


def _replaced(old: Item, new: Item) -> Item:
    richer = _TRUST.get(new.via, 3) > _TRUST.get(old.via, 3)
    return replace(
        new,
        id=old.id,
        source_id=old.source_id,
        entry_id=old.entry_id,
        published=(richer and new.published) or old.published or new.published,
        updated=new.updated or old.updated,
        authors=new.authors or old.authors,
        text=new.text or old.text,
        html=new.html or old.html,
        links=new.links or old.links,
        external_ids={**old.external_ids, **new.external_ids},
        categories=_union(new.categories, old.categories) if new.via in _TRUST else new.categories,
        note=new.note or old.note,
        via=old.via if old.via == "hand" else new.via,
    )


def _enriched(old: Item, new: Item) -> Item:
    later = new.updated is not None and (old.updated is None or new.updated > old.updated)
    newer = replace(old, title=new.title, text=new.text, html=new.html, updated=new.updated)
    return replace(
        newer if later and new.text else old,
        external_ids={**new.external_ids, **old.external_ids},
        categories=_union(old.categories, new.categories),
        note=old.note or new.note,
    )


def _union(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _substance(item: Item) -> str:
    return _NUMBERS.sub(" ", f"{item.title}\n{item.text}").casefold().strip()
