"""Which items are about the same thing.

Hard joins first; then average linkage over likeness; then names, order and reasons. The outcome
depends on the items alone, not on the order in which they came: only the ids remember the past.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from digest.model import Item, Story
from digest.sort.background import Background
from digest.sort.hard import Join, hard_joins
from digest.sort.likeness import Features, features
from digest.sort.linkage import APART, average_linkage
from digest.sort.naming import named
from digest.sort.primary import primary_first


@dataclass(frozen=True, slots=True)
class Pin:
    """What the editor settled by merging or splitting.

    `together`: the items are one story. `apart`: none of them is in a story with any of `others`.
    """

    kind: Literal["together", "apart"]
    item_ids: tuple[str, ...]
    others: tuple[str, ...] = ()


def join(
    items: Sequence[Item],
    vectors: NDArray[np.float32],
    existing: Sequence[Story] = (),
    pinned: Sequence[Pin] = (),
    *,
    background: Background | None = None,
) -> list[Story]:
    """Group items into stories, each item in exactly one.

    Args:
        items: What to group.
        vectors: Their embeddings, one row each.
        existing: The stories that some of them are in, the oldest first. A story found keeps the
            id of the oldest that went up in it; members that are not among `items` stay in it.
        pinned: What the editor settled; it outweighs everything else.
        background: What is usual in the field, where the items are only a few of it.

    Returns:
        The stories, in the order of their earliest items.
    """
    order = sorted(range(len(items)), key=lambda index: items[index].id)
    items, vectors = [items[index] for index in order], vectors[order]
    if not items:
        return list(existing)
    hard = hard_joins(items, lambda a, b: float(vectors[a] @ vectors[b]))
    groups = _Groups(len(items))
    at = {item.id: index for index, item in enumerate(items)}
    apart = _apart(pinned, at)
    for pin in pinned:
        if pin.kind == "together":
            groups.unite([at[item_id] for item_id in pin.item_ids if item_id in at])
    for one in hard:
        if not groups.kept_apart(one.first, one.second, apart):
            groups.unite([one.first, one.second])
    measured = features(items, vectors, background)
    _soft(groups, measured, apart)
    found = [_story(items, members, hard, measured, pinned) for members in groups.members()]
    return named(found, items, existing)


class _Groups:
    """A partition of the rows 0…n-1 that only grows coarser."""

    def __init__(self, count: int) -> None:
        self.root = list(range(count))
        self.rows = {index: [index] for index in range(count)}

    def unite(self, rows: Sequence[int]) -> None:
        for row in rows[1:]:
            kept, gone = sorted((self.root[rows[0]], self.root[row]))
            if kept == gone:
                continue
            for member in self.rows[gone]:
                self.root[member] = kept
            self.rows[kept] += self.rows.pop(gone)

    def kept_apart(self, first: int, second: int, apart: Mapping[int, set[int]]) -> bool:
        return any(
            not apart[row].isdisjoint(self.rows[self.root[second]])
            for row in self.rows[self.root[first]]
            if row in apart
        )

    def members(self) -> list[list[int]]:
        return [sorted(rows) for rows in self.rows.values()]


def _apart(pinned: Sequence[Pin], at: Mapping[str, int]) -> dict[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for pin in pinned:
        if pin.kind == "apart":
            for first in pin.item_ids:
                for second in pin.others:
                    if first in at and second in at:
                        found[at[first]].add(at[second])
                        found[at[second]].add(at[first])
    return dict(found)


def _soft(groups: _Groups, measured: Features, apart: Mapping[int, set[int]]) -> None:
    """Average linkage within each connected part of the likeness graph."""
    linked = _Groups(len(groups.root))
    for rows in groups.rows.values():
        linked.unite(rows)
    for first, second in measured.pairs().tolist():
        linked.unite([first, second])
    for rows in linked.members():
        starts = sorted({groups.root[row] for row in rows})
        if len(starts) > 1:
            _link(groups, [groups.rows[start][:] for start in starts], measured, apart)


def _link(
    groups: _Groups,
    clusters: Sequence[Sequence[int]],
    measured: Features,
    apart: Mapping[int, set[int]],
) -> None:
    rows = np.array([row for cluster in clusters for row in cluster])
    starts = np.cumsum([0, *(len(cluster) for cluster in clusters)])[:-1]
    sizes = [len(cluster) for cluster in clusters]
    close = measured.among(rows, rows).astype(np.float64)
    for first, others in apart.items():
        for second in others:
            close[np.ix_(rows == first, rows == second)] = APART
    close = np.add.reduceat(np.add.reduceat(close, starts, axis=0), starts, axis=1)
    close /= np.outer(sizes, sizes)
    for cluster, root in zip(clusters, average_linkage(close, sizes, 0.0), strict=True):
        groups.unite([clusters[root][0], cluster[0]])


def _story(
    items: Sequence[Item],
    members: Sequence[int],
    hard: Sequence[Join],
    measured: Features,
    pinned: Sequence[Pin],
) -> Story:
    """The story of these rows: primary source first, with a reason for each further member."""
    ordered = primary_first([items[row] for row in members])
    rows = {items[row].id: row for row in members}
    ordered_rows = [rows[item.id] for item in ordered]
    joins = tuple(
        (item.id, _reason(rows[item.id], ordered_rows, items, hard, measured, pinned))
        for item in ordered[1:]
    )
    return Story(
        id="",
        title=ordered[0].title,
        item_ids=tuple(item.id for item in ordered),
        joins=joins,
    )


def _reason(
    row: int,
    members: Sequence[int],
    items: Sequence[Item],
    hard: Sequence[Join],
    measured: Features,
    pinned: Sequence[Pin],
) -> str:
    item = items[row]
    if any(pin.kind == "together" and item.id in pin.item_ids for pin in pinned):
        return "merged by the editor"
    for one in hard:
        if one.second == row or (one.first == row and one.second == members[0]):
            return one.reason
    others = np.array([other for other in members if other != row])
    close = measured.vectors[others] @ measured.vectors[row]
    nearest = int(np.argmax(close))
    title = items[others[nearest]].title
    return f"near '{title}' in words and meaning, {close[nearest]:.2f}"
