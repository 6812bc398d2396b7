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


def test_only_near_days_are_compared_and_no_pair_is_missed() -> None:
    chance = np.random.default_rng(5)
    words = [
        "storm",
        "harbour",
        "ferry",
        "strike",
        "vote",
        "budget",
        "court",
        "ruling",
        "model",
        "chip",
        "export",
        "lab",
    ]
    items = [
        item(
            f"s{n}/1",
            " ".join(chance.choice(words, 3)),
            hours=None if n % 7 == 0 else float(chance.integers(0, 900)),
        )
        for n in range(150)
    ]
    found = features(items, vectors(items))
    everything = np.arange(len(items))
    pairs = np.argwhere(found.among(everything, everything) >= 0)
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    assert len(pairs) > 20
    assert found.pairs().tolist() == pairs.tolist()


def likeness(first: Item, second: Item) -> float:
    found = features([first, second], vectors([first, second]))
    return float(found.among(np.array([0]), np.array([1]))[0, 0])


def test_each_later_day_speaks_a_little_against_one_event() -> None:
    first = item("gazette/1", "Storm shuts harbour of Port Sarn")
    near, later, unknown = (
        item("herald/1", "Port Sarn harbour closes after storm", hours=hours)
        for hours in (20, 80, None)
    )
    assert likeness(first, near) > likeness(first, later) > likeness(first, unknown)


def test_release_notes_without_a_date_are_held_to_be_of_another() -> None:
    post = item("lab/1", "Prompt caching is here")
    notes, named = (
        item("notes/1", title, "Prompt caching fixed.", hours=None)
        for title in ("v2.1.62", "Prompt caching notes")
    )
    assert likeness(post, notes) < likeness(post, named) - 0.1


def test_a_list_that_points_to_many_sites_tells_one_thing_twice() -> None:
    def told(number: int, site: str, title: str) -> Item:
        return item(f"list/{number}", title, url=f"https://{site}.example/{number}")

    titles = ["Storm shuts harbour of Port Sarn", "Port Sarn harbour closes after storm"]
    far = told(3, "c", "Chip makers agree on a standard")
    apart = [told(1, "a", titles[0]), told(2, "b", titles[1]), far]
    one_site = [told(1, "a", titles[0]), told(2, "a", titles[1]), far]
    assert len(join(apart, vectors(apart))) == 2
    assert len(join(one_site, vectors(one_site))) == 3
