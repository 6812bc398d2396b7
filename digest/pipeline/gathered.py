"""What a fetch gathered, brought together with what is stored at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from digest.fetch import decide
from digest.fetch.kinds import Gathered, Way
from digest.model import Item
from digest.pipeline.project import Project

_ONE_VERSION = timedelta(days=1)
"""How far apart two versions lie of which the later changes nothing of substance."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What to store.

    Attributes:
        items: The items, merged with what is stored.
        ways: How they came.
        waiting: How many wait for another day: they differ by a counter or a time stamp from a
            version that is not a day old.
    """

    items: tuple[Item, ...]
    ways: tuple[Way, ...]
    waiting: int


def settled(project: Project, result: Gathered) -> Settled:
    """The items of a result as they are to be stored now.

    Another source may have brought one of them meanwhile, so merging waits until here. What waits
    for another day is not recorded as seen either: the next fetch finds it again, as it is then.
    """
    stored = project.store.items.known(item.id for item in result.items)
    changes = {
        item.id: decide.merge(stored[item.id].item if item.id in stored else None, item)
        for item in result.items
    }
    noise = [name for name, one in changes.items() if one.reworded and not one.substantial]
    changed = project.store.items.changed(noise) if noise else {}
    wait = {name for name in noise if project.now - changed[name] < _ONE_VERSION}
    return Settled(
        tuple(one.item for name, one in changes.items() if name not in wait),
        tuple(way for way in result.ways if way[0] not in wait),
        len(wait),
    )
