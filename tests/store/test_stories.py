"""Stories keep their items and their ids, whatever is joined and parted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import NotFound
from digest.model import Story
from digest.store.database import Store
from tests.store.making import DAY, HOUR, NOW, issue, item

A, B, C = "aaaaaaaaaa", "abbbbbbbbb", "cccccccccc"
NAMES = [f"lab/{n}" for n in range(6)]


def story(story_id: str, *items: int, score: float = 0.0, themes: tuple[str, ...] = ()) -> Story:
    names = tuple(f"lab/{n}" for n in items)
    joins = tuple((name, "near-equal text") for name in names[1:])
    return Story(story_id, f"Story {story_id}", names, joins, themes, score, why=f"score {score}")


@pytest.fixture
def filled(store: Store) -> Store:
    items = [item(name, published=NOW - n * DAY) for n, name in enumerate(NAMES)]
    store.items.apply(items, now=NOW)
    return store


def ids(store: Store) -> list[str]:
    return [one.story.id for one in store.stories.inbox()]


def test_stories_come_back_as_they_went_in(filled: Store) -> None:
    stories = [story(A, 0, 3, themes=("policy", "simulation")), story(B, 1, score=0.7)]
    filled.stories.save(stories)
    assert filled.stories.all() == stories[::-1]
    assert filled.stories.count() == 2
    assert filled.stories.many([A, "none"]) == {A: stories[0]}
    assert filled.stories.of_items(NAMES) == {"lab/0": A, "lab/3": A, "lab/1": B}
    assert filled.stories.since(NOW - 12 * HOUR) == stories[:1]


def test_the_same_stories_again_write_nothing(filled: Store) -> None:
    stories = [story(A, 0, 3), story(B, 1)]
    filled.stories.save(stories)
    writes = filled.db.raw.total_changes
    filled.stories.save(stories)
    assert filled.db.raw.total_changes == writes


def test_a_story_that_went_up_in_another_is_still_found(filled: Store) -> None:
    filled.stories.save([story(A, 0), story(B, 1, 2), story(C, 3)])
    filled.stories.save([story(A, 0, 1, 2)])
    assert [one.id for one in filled.stories.all()] == [A, C]
    assert filled.stories.resolve(B) == A
    filled.stories.save([story(C, 3, 0, 1, 2)])
    assert filled.stories.aliases() == {A: C, B: C}
    assert filled.stories.resolve("a") == C  # both ids that begin so lead to one story


def test_an_id_leads_to_where_its_first_item_went(filled: Store) -> None:
    filled.stories.save([story(A, 0), story(B, 1, 2), story(C, 3)])
    filled.stories.save([story(A, 0, 2), story(C, 3, 1)])
    assert filled.stories.aliases() == {B: C}


def test_a_story_that_loses_some_keeps_the_rest(filled: Store) -> None:
    filled.stories.save([story(A, 0, 1, 2)])
    filled.stories.save([story(B, 0, 5)])
    left = filled.stories.many([A])[A]
    assert left.item_ids == ("lab/1", "lab/2")
    assert filled.stories.since(NOW - 2 * DAY) == [left, story(B, 0, 5)]
    newest = filled.db.value("SELECT newest FROM stories WHERE id = ?", (A,))
    assert newest == filled.db.value("SELECT dated FROM items WHERE id = 'lab/1'")


def test_items_may_change_places_between_stories(filled: Store) -> None:
    filled.stories.save([story(A, 0, 1), story(B, 2, 3)])
    swapped = [story(A, 0, 3), story(B, 2, 1)]
    filled.stories.save(swapped)
    assert filled.stories.all() == swapped
    filled.stories.save([story(A, 2, 1), story(B, 0, 3)])
    assert filled.stories.aliases() == {}


def test_a_story_may_come_back(filled: Store) -> None:
    filled.stories.save([story(A, 0), story(B, 1)])
    filled.stories.save([story(A, 0, 1)])
    filled.stories.save([story(A, 0), story(B, 1)])
    assert filled.stories.aliases() == {}
    assert filled.stories.resolve(B) == B


def test_an_item_that_no_story_holds_waits_to_be_placed(filled: Store) -> None:
    waiting, revision = filled.stories.unplaced()
    assert waiting == NAMES
    filled.stories.save([story(A, 0, 1, 2)])
    filled.stories.placed(revision)
    assert filled.stories.unplaced()[0] == []
    filled.stories.save([story(A, 0, 2)])
    assert filled.stories.unplaced()[0] == ["lab/1"]
    filled.items.apply([item("lab/4", text="Edited.", published=NOW)], now=NOW + HOUR)
    filled.items.apply([item("lab/5", karma=1)], now=NOW + HOUR)
    assert filled.stories.unplaced()[0] == ["lab/1", "lab/4"]


@pytest.mark.parametrize(
    ("stories", "complaint"),
    [
        ([Story(A, "x", ())], "no items"),
        ([story(A, 0), story(B, 0)], "is in"),
        ([story(A, 0), Story(B, "x", ("lab/none",))], "not stored"),
    ],
)
def test_what_cannot_be_is_refused_whole(
    filled: Store, stories: list[Story], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        filled.stories.save(stories)
    assert filled.stories.all() == []


def test_names_are_found_by_their_beginning(filled: Store) -> None:
    filled.stories.save([story(A, 0), story(B, 1), story(C, 2)])
    assert filled.stories.resolve("CC") == C
    assert filled.stories.resolve(" ab ") == B
    for typed, complaint in [("a", "2 stories"), ("d", "no story"), ("", "named"), ("*", "no st")]:
        with pytest.raises(NotFound, match=complaint):
            filled.stories.resolve(typed)


def test_the_inbox_is_what_awaits_a_decision_best_first(filled: Store) -> None:
    filled.stories.save(
        [story(A, 0, 4, score=0.2), story(B, 1, score=0.9, themes=("policy",)), story(C, 5)]
    )
    assert ids(filled) == [B, A, C]
    assert [one.story.id for one in filled.stories.inbox(theme="policy")] == [B]
    assert [one.story.id for one in filled.stories.inbox(since=NOW - 2 * DAY)] == [B, A]
    assert [one.story.id for one in filled.stories.inbox(limit=1)] == [B]
    first = filled.stories.inbox()[0]
    assert (first.url, first.newest, first.sources) == (
        "https://lab.example/1",
        NOW - DAY,
        ("lab",),
    )
    filled.decisions.add(B, "skip", "", NOW)
    assert ids(filled) == [A, C]
    filled.decisions.add(B, "undo", "", NOW)
    assert ids(filled) == [B, A, C]
    filled.decisions.add(C, "note", "later", NOW)
    assert ids(filled) == [B, A, C]
    filled.issues.publish(issue(), "", NOW)  # its first entry is made of story A
    assert ids(filled) == [B, C]
    filled.issues.unpublish("2026-w27")
    assert ids(filled) == [B, A, C]


def test_what_was_decided_holds_for_the_story_that_took_its_items(filled: Store) -> None:
    filled.stories.save([story(A, 0), story(B, 1)])
    filled.decisions.add(B, "keep", "", NOW)
    filled.decisions.add(B, "note", "read the appendix", NOW)
    filled.stories.save([story(A, 0, 1)])
    now_holds = filled.decisions.current()
    assert list(now_holds) == [A]
    assert (now_holds[A].verdict, now_holds[A].notes) == ("keep", ("read the appendix",))
    assert ids(filled) == []
    filled.decisions.add(B, "undo", "", NOW)  # by its old name: takes back the note
    assert filled.decisions.current()[A].notes == ()


@settings(max_examples=40, deadline=None)
@given(
    steps=st.lists(
        st.lists(st.integers(0, 4), min_size=6, max_size=6),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_is_regrouped_every_id_leads_to_a_story(
    steps: list[list[int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each step says for each of six items which of four stories takes it; 4 leaves it alone."""
    with Store.open(tmp_path_factory.mktemp("any") / "digest.db") as store:
        store.items.apply([item(name) for name in NAMES], now=NOW)
        placed: dict[int, int] = {}
        ever: set[str] = set()
        for step in steps:
            groups: dict[int, list[int]] = {}
            for number, group in enumerate(step):
                if group < 4:
                    groups.setdefault(group, []).append(number)
            named = {number for numbers in groups.values() for number in numbers}
            gone = {n for n, group in placed.items() if group in groups and n not in named}
            placed = {n: group for n, group in placed.items() if n not in gone}
            placed |= {n: group for group, numbers in groups.items() for n in numbers}
            stories = [story(f"{group}000000000", *numbers) for group, numbers in groups.items()]
            store.stories.save(stories)
            ever |= {one.id for one in stories}
            assert store.stories.many(one.id for one in stories) == {one.id: one for one in stories}
            held = {f"lab/{n}": f"{group}000000000" for n, group in sorted(placed.items())}
            assert store.stories.of_items(NAMES) == held
            alive = {one.id for one in store.stories.all()}
            assert alive == set(held.values())
            assert {store.stories.resolve(one) for one in ever} <= alive
            assert store.db.rows("PRAGMA foreign_key_check") == []
