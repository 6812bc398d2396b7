from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model import Item, Story, Tag
from digest.sort.covered import Past
from digest.sort.ranks import Part, rank
from digest.sort.taste import Judged, learn_taste, opinions
from tests.sort.make import NOON, item, vectors

NOW = NOON + timedelta(days=1)
WORDS = ("otter", "heron", "beck", "tarn", "moss", "fell", "ghyll", "sedge", "rowan", "larch")


def told(number: int, title: str = "", **more: object) -> tuple[Story, Item]:
    one = item(f"s{number}/1", title or f"{WORDS[number % 10]} {WORDS[number % 9]} {number}")
    one = replace(one, **more)  # type: ignore[arg-type]  # the test passes what the item has
    return Story(f"{number:010d}", one.title, (one.id,)), one


def ranked(
    pairs: Sequence[tuple[Story, Item]],
    scores: Mapping[int, tuple[str, float]] | None = None,
    *,
    weights: Mapping[str, float] | None = None,
    covered: Mapping[str, Sequence[Past]] | None = None,
    learned: Mapping[str, Part] | None = None,
) -> list[Story]:
    tags = {
        pairs[at][1].id: [Tag(pairs[at][1].id, theme, score, score >= 0.5)]
        for at, (theme, score) in (scores or {}).items()
    }
    items = {one.id: one for _, one in pairs}
    return rank(
        [story for story, _ in pairs], items, tags, weights or {}, covered or {}, NOW, learned
    )


def test_the_stronger_theme_comes_first_and_says_so() -> None:
    found = ranked([told(1), told(2)], {0: ("policy", 0.6), 1: ("policy", 0.9)})
    assert [story.id[-1] for story in found] == ["2", "1"]
    assert found[0].themes == ("policy",)
    assert found[0].why.startswith("policy 0.90")


def test_source_weight_karma_and_age_count() -> None:
    plain = told(1)
    assert ranked([plain, told(2)], weights={"s2": 2.0})[0].id.endswith("2")
    assert ranked([plain, told(2, karma=200)])[0].id.endswith("2")
    assert ranked([told(1, published=NOW - timedelta(days=9)), told(2)])[0].id.endswith("2")


def test_several_kinds_of_sources_count_and_are_named() -> None:
    post, thread = item("lab/1", "Heron out"), item("forum/1", "Heron talk", kind="thread")
    both = Story("f" * 10, "Heron out", (post.id, thread.id))
    alone, other = told(3)
    items = {one.id: one for one in (post, thread, other)}
    found = rank([alone, both], items, {}, {}, {}, NOW)
    assert found[0].id == both.id
    assert "2 sources (1 post, 1 thread)" in found[0].why


def test_what_was_covered_comes_later_and_says_where() -> None:
    past = Past("n7", 7, None, "k", "H:")
    found = ranked([told(1), told(2)], covered={f"{1:010d}": [past]})
    assert found[-1].id.endswith("1")
    assert "covered in no. 7" in found[-1].why


def test_versions_of_one_thing_do_not_fill_the_top() -> None:
    same = [told(n, f"Heron {n} released with open weights today") for n in range(1, 6)]
    other = told(9, "Rowan larch plover")
    scores = dict.fromkeys(range(5), ("policy", 0.9)) | {5: ("policy", 0.7)}
    found = ranked([*same, other], scores)
    assert other[0].id in {story.id for story in found[:2]}


def test_each_theme_is_heard_near_the_top() -> None:
    many = [told(n, f"{WORDS[n % 10]} alone {n}") for n in range(11)]
    many.append(told(11, "Whales sing"))
    scores = dict.fromkeys(range(11), ("policy", 0.95)) | {11: ("birds", 0.85)}
    found = ranked(many, scores)
    assert "birds" in {theme for story in found[:6] for theme in story.themes}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0, 1), st.integers(0, 300)), max_size=90))
def test_scores_fall_from_one_to_the_next(rows: list[tuple[int, float, int]]) -> None:
    pairs = [
        told(at, f"{WORDS[word]} {WORDS[(word + at) % 10]} story", karma=karma)
        for at, (word, _, karma) in enumerate(rows)
    ]
    found = ranked(pairs, {at: ("policy", score) for at, (_, score, _) in enumerate(rows)})
    assert sorted(story.id for story in found) == [story.id for story, _ in pairs]
    scores = [story.score for story in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def judged(items: Sequence[Item]) -> Judged:
    return Judged(items, vectors(items))


def test_decisions_teach_a_taste_that_moves_ranks_and_gives_its_reasons() -> None:
    picked = [item(f"p/{n}", f"Otters swim, part {n}", "Otters in rivers.") for n in range(20)]
    passed = [item(f"q/{n}", f"Lorries drive, part {n}", "Lorries on roads.") for n in range(40)]
    taste = learn_taste(judged(picked), judged(passed))
    assert taste is not None
    pairs = [told(1, "Lorries at night"), told(2, "Otters at night")]
    items = {one.id: one for _, one in pairs}
    learned = opinions([story for story, _ in pairs], items, vectors(list(items.values())), taste)
    found = ranked(pairs, learned=learned)
    assert found[0].title == "Otters at night"
    assert "from 20 picks: " in found[0].why


def test_without_picks_or_without_others_there_is_no_taste() -> None:
    some, none = judged([told(1)[1]]), judged([])
    assert learn_taste(none, some) is None
    assert learn_taste(some, some) is None
