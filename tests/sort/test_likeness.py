from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from digest.model import Item
from digest.sort.background import Background
from digest.sort.likeness import FAR_LEAST, by_chance, features
from digest.sort.stories import join
from digest.sort.versions import versions
from tests.sort.make import item, vectors


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Sextant 2.4.1", "2.4.1"),
        ("v2.1.114", "2.1.114"),
        ("Introducing Claude Opus 4.6", "4.6"),
        ("Heron-3.5 and Egret 2.0 compared", "2.0 3.5"),
        ("Profits up 2.3% on a loss of $1.4 billion", ""),
        ("The Fund gives 2.5 million", ""),
        ("In 1984, a story", ""),
    ],
)
def test_versions_are_told_from_other_numbers(title: str, named: str) -> None:
    assert versions(title) == named


def test_releases_with_one_text_in_two_channels_stay_apart() -> None:
    text = "Adds streaming for tool calls, fixes a crash at start-up, improves the speed of search."
    one = item("stable/1", "Sextant 2.4.1", text)
    other = item("next/1", "Sextant Next 2.5.1", text, hours=1)
    same = item("mirror/1", "Sextant 2.4.1", text, hours=2)
    found = {
        frozenset(story.item_ids) for story in join([one, other, same], vectors([one, other, same]))
    }
    assert found == {frozenset({one.id, same.id}), frozenset({other.id})}


def chances(items: Sequence[Item]) -> NDArray[np.float32]:
    """How alike each item is to others by chance, these being all there are."""
    found = features(items, vectors(items))
    background = Background.of(items, vectors(items))
    return by_chance(found.vectors, found.days, [one.source_id for one in items], background)


def test_what_is_alike_all_the_year_round_is_no_story() -> None:
    # Two sources write the same kind of column each month; two others report one event.
    columns = [
        item(
            f"{source}/{month}",
            f"Product update: {what}",
            "News of our search and our API.",
            hours=month * 720 + at,
        )
        for month, what in enumerate(["January", "February", "March"] * 20)
        for at, source in enumerate(("pine", "larch"))
    ]
    event = [
        item("gazette/1", "Storm shuts harbour of Port Sarn", "Waves of nine metres."),
        item("herald/1", "Port Sarn harbour closes after storm", "Nine-metre waves.", hours=4),
    ]
    everything = [*columns, *event]
    assert len(columns) > 2 * FAR_LEAST
    chance = chances(everything)
    assert chance[:-2].min() > chance[-2:].max()
    found = [
        story.item_ids for story in join(everything, vectors(everything)) if len(story.item_ids) > 1
    ]
    assert ("gazette/1", "herald/1") in found
    assert not any(one.startswith("larch") for members in found for one in members)


def test_too_few_others_say_nothing_about_chance() -> None:
    few = [item(f"s{n}/1", f"A title {n}", hours=n * 300) for n in range(20)]
    assert not np.any(chances(few))
