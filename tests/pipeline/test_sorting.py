"""Sorting in the product: what it learns, what it computes again, and what it leaves alone."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest

from digest.draft.style import style_named
from digest.errors import NotFound, UsageError
from digest.model import Entry, Issue, Item, Link, ReadMore
from digest.pipeline import triage
from digest.pipeline.grouping import regroup
from digest.pipeline.opening import open_issue, stories_in_window
from digest.pipeline.plan import entries_of
from digest.pipeline.project import Project
from digest.pipeline.search import search, similar
from digest.pipeline.sort import sort
from digest.pipeline.stats import themes as over_time
from tests.store.making import item

NOON = datetime(2026, 6, 24, 12, tzinfo=UTC)
HEAD = """
newsletter: {title: Marsh Letter, url: "https://marsh.example/"}
themes:
  - {id: law, title: Law, description: "Statutes, courts and fines.", keywords: [statute]}
  - {id: birds, title: Birds, description: "Wrens, herons and their songs.", keywords: [heron]}
sources:
  - {id: gazette, kind: feed, url: "https://gazette.example/feed"}
  - {id: herald, kind: feed, url: "https://herald.example/feed"}
  - {id: tarn, kind: feed, url: "https://tarn.example/feed"}
"""
SUBJECTS = ("ferry", "orchard", "library", "tram", "harbour", "quarry", "bakery", "lighthouse")
TIDES = "the tide tables of {} are wrong by an hour, say sailors who looked at the {} pier"
EVENTS = [
    ("gazette", "Bridge at Eldwater closes after cracks are found in its northern pillar"),
    ("herald", "Cracks in northern pillar: Eldwater bridge closes"),
    ("gazette", "Minister for fisheries resigns over a gift of nine boats"),
    ("tarn", "Nine boats as a gift: fisheries minister resigns"),
]


def tide(number: int, hours: float = 0) -> Item:
    """An item about the tides, which no theme's definition speaks of."""
    one, two = SUBJECTS[number % 8], SUBJECTS[(number // 8 + number) % 8]
    return item(
        f"tarn/tide-{number}",
        title=f"Tides at the {one}, report {number}",
        text=f"In month {number}, {TIDES.format(one, two)}. " * 3,
        published=NOON + timedelta(hours=hours),
    )


def loaf(number: int) -> Item:
    """An item about bread, of which the editor never says anything."""
    return item(
        f"gazette/loaf-{number}",
        title=f"A loaf for day {number}: rye and {SUBJECTS[number % 8]} flour",
        text=f"Knead the dough, let it rise {number} hours, bake it in a hot oven. " * 3,
        published=NOON - timedelta(hours=number),
    )


def events() -> list[Item]:
    return [
        item(f"{source}/event-{at}", title=title, text="", published=NOON + timedelta(hours=at))
        for at, (source, title) in enumerate(EVENTS)
    ]


def begun(folder: Path, text: str = HEAD, *, now: datetime = NOON) -> Project:
    folder.mkdir(exist_ok=True)
    (folder / "sources.yaml").write_text(text, encoding="utf-8")
    return Project.open(folder / "sources.yaml", now=now)


def stored(project: Project, *items: Item) -> Project:
    project.store.items.apply(items, now=project.now)
    sort(project)
    return project


def key_of(project: Project, item_id: str) -> str:
    return project.store.stories.of_items([item_id])[item_id]


def score(project: Project, item_id: str, theme: str) -> float:
    return next(t.score for t in project.store.tags.of([item_id])[item_id] if t.theme == theme)


def groups(project: Project) -> set[frozenset[str]]:
    return {frozenset(story.item_ids) for story in project.store.stories.all()}


def rows(project: Project, theme: str) -> dict[str, tuple[str, float]]:
    found = project.store.db.rows("SELECT * FROM tags WHERE theme = ?", (theme,))
    return {row["item_id"]: (row["fingerprint"], row["score"]) for row in found}


# ---------------------------------------------------------------------------------------- learning


def test_what_the_editor_says_of_themes_moves_the_tags_of_others_like_it(tmp_path: Path) -> None:
    project = stored(begun(tmp_path), *map(tide, range(24)), *map(loaf, range(24)))
    untold = [tide(number).id for number in range(12, 24)]
    before = {one: score(project, one, "law") for one in untold}
    moved = []
    for told in (4, 8, 12):
        for number in range(told - 4, told):
            triage.decide(project, [key_of(project, tide(number).id)], "retheme", "law")
            triage.decide(project, [key_of(project, loaf(number).id)], "retheme", "")
        sort(project)
        moved.append(sum(score(project, one, "law") - before[one] for one in untold) / len(untold))
    assert 0 < moved[0] < moved[1] < moved[2]
    tag = next(t for t in project.store.tags.of([untold[0]])[untold[0]] if t.theme == "law")
    said = [one.what for one in tag.evidence if one.kind == "neighbour"]
    assert said
    assert said[0].startswith("like ")
    assert "you kept with this theme" in said[0]
    assert max(score(project, loaf(n).id, "law") for n in range(12, 24)) < min(
        score(project, one, "law") for one in untold
    )


def test_a_keep_confirms_the_themes_that_stood_there_and_a_skip_does_not_deny_them(
    tmp_path: Path,
) -> None:
    statutes = [
        item(f"gazette/s{n}", title=f"Statute {n} on {SUBJECTS[n]} fines", text="A court statute.")
        for n in range(8)
    ]
    project = stored(begun(tmp_path), *statutes, *map(loaf, range(8)))
    kept, skipped = key_of(project, statutes[0].id), key_of(project, statutes[1].id)
    triage.decide(project, [kept], "keep")
    triage.decide(project, [skipped], "skip")
    triage.decide(project, [key_of(project, loaf(1).id)], "skip")
    from digest.pipeline.examples import labelled

    said = labelled(project).themes
    assert said[statutes[0].id] == {"law"}
    assert statutes[1].id not in said
    assert said[loaf(1).id] == frozenset()
    project.store.decisions.add(kept, "undo", "", project.now)
    assert statutes[0].id not in labelled(project).themes


def test_entries_of_earlier_issues_teach_by_their_items_or_by_their_own_words(
    tmp_path: Path,
) -> None:
    project = stored(begun(tmp_path), *map(tide, range(3)))
    told = Entry("k1", "Tides:", body="…", themes=("law",), links=(Link(tide(0).url),))
    gone = Entry("k2", "An old statute:", body="Of fines.", themes=("law", "former"))
    project.store.issues.publish(Issue("n3", 3, "Old", entries=(told, gone)), "", NOON)
    from digest.pipeline.examples import labelled

    examples = labelled(project)
    assert examples.themes == {tide(0).id: {"law"}, "n3#1": {"law"}}
    assert examples.items["n3#1"].title == "An old statute"
    assert examples.unstored == {"n3#1"}
    sort(project)
    assert score(project, tide(1).id, "law") > 0


def test_picks_move_the_ranks_of_others_like_them_and_say_so(tmp_path: Path) -> None:
    project = stored(begun(tmp_path), *map(tide, range(40)), *map(loaf, range(40)))
    standing = {
        name: project.store.stories.many([key_of(project, name)]).popitem()[1].score
        for name in (tide(30).id, loaf(30).id)
    }
    for number in range(25):
        triage.decide(project, [key_of(project, tide(number).id)], "keep")
        triage.decide(project, [key_of(project, loaf(number).id)], "skip")
    sort(project)
    liked = project.store.stories.many([key_of(project, tide(30).id)]).popitem()[1]
    passed = project.store.stories.many([key_of(project, loaf(30).id)]).popitem()[1]
    assert liked.score > standing[tide(30).id]
    assert passed.score < standing[loaf(30).id]
    assert "you kept" in liked.why
    assert "from 25 picks" in liked.why


def test_a_round_without_news_learns_nothing_and_writes_nothing(tmp_path: Path) -> None:
    project = stored(begun(tmp_path), *map(tide, range(10)), *map(loaf, range(10)))
    for number in range(5):
        triage.decide(project, [key_of(project, tide(number).id)], "keep")
        triage.decide(project, [key_of(project, loaf(number).id)], "skip")
    sort(project)
    files = {path: path.read_bytes() for path in (tmp_path / "data/learned").iterdir()}
    changes = project.store.db.raw.total_changes
    done = sort(project)
    assert (done.embedded, done.tagged, done.placed) == (0, 0, 0)
    assert project.store.db.raw.total_changes == changes
    assert files == {path: path.read_bytes() for path in (tmp_path / "data/learned").iterdir()}


@pytest.mark.parametrize("harm", ["lost", "damaged"])
def test_what_was_learned_can_be_lost(tmp_path: Path, harm: str) -> None:
    project = stored(begun(tmp_path), *map(tide, range(10)), *map(loaf, range(10)))
    for number in range(6):
        triage.decide(project, [key_of(project, tide(number).id)], "retheme", "law")
    sort(project)
    scores = rows(project, "law")
    for path in (tmp_path / "data/learned").iterdir():
        path.unlink() if harm == "lost" else path.write_bytes(b"PK\x03\x04 no more")
    sort(project)
    assert rows(project, "law") == scores


def test_a_title_of_the_editor_s_own_stands_until_it_is_taken_back(tmp_path: Path) -> None:
    bridge, copy = (
        item(f"{source}/bridge-{source}", title=title, published=NOON)
        for source, title in EVENTS[:2]
    )
    project = stored(begun(tmp_path), bridge, loaf(1))
    key = key_of(project, bridge.id)
    done = triage.decide(project, [key], "rename", "  The bridge\nis closed ")
    assert done[0].title == "The bridge is closed"
    stored(project, copy)
    assert key_of(project, copy.id) == key
    titles = {row.id: row.title for row in triage.inbox(project, theme=None, limit=9).rows}
    assert titles[key] == "The bridge is closed"
    record = open_issue(project)
    entry = entries_of(
        project, record, stories_in_window(project, record)[:9], style_named("import-ai")
    )
    assert "The bridge is closed:" in [one.headline for one in entry]
    assert triage.undo(project, key).title == project.store.stories.many([key])[key].title
    assert "The bridge is closed" not in {
        row.title for row in triage.inbox(project, theme=None, limit=9).rows
    }
    with pytest.raises(UsageError, match="the title is empty"):
        triage.decide(project, [key], "rename", " ")


# ------------------------------------------------------------------------------ what is done again


def test_many_themes_learn_from_the_field_what_they_speak_of_and_keep_it(tmp_path: Path) -> None:
    names = ("Bread", "Boats", "Trees", "Music", "Chess", "Money", "Roads", "Weather")
    listed = "".join(f'  - {{id: {n.lower()}, title: {n}, description: "{n}"}}\n' for n in names)
    start, end = HEAD.index("  - {id: law"), HEAD.index("sources:")
    many = HEAD[:start] + listed + HEAD[end:]
    project = stored(begun(tmp_path, many), *map(tide, range(40)), *map(loaf, range(40)))
    field = tmp_path / "data/learned/field.npz"
    first = field.read_bytes()
    assert score(project, loaf(3).id, "bread") > 0.3
    assert score(project, tide(3).id, "bread") < 0.2
    scores = rows(project, "bread")
    sort(stored(project, tide(41)))
    assert field.read_bytes() == first
    assert scores.items() <= rows(project, "bread").items()
    project.store.close()
    project = begun(tmp_path, many.replace("Chess", "Ships"))
    sort(project)
    assert field.read_bytes() != first


def test_a_theme_s_keywords_concern_its_own_tags_and_its_description_all(tmp_path: Path) -> None:
    project = stored(begun(tmp_path), *map(tide, range(6)))
    law, birds = rows(project, "law"), rows(project, "birds")
    project.store.close()
    project = begun(tmp_path, HEAD.replace("[heron]", "[heron, tide]"))
    assert sort(project).tagged == 6
    assert rows(project, "law") == law
    assert rows(project, "birds") != birds
    project.store.close()
    project = begun(tmp_path, HEAD.replace("Wrens, herons and their songs", "Sailors and tides"))
    assert sort(project).tagged == 12
    assert rows(project, "law").keys() == law.keys()


def test_vectors_of_another_embedder_are_never_mixed(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    from tests.language.test_onnx import make

    project = stored(begun(tmp_path), *map(tide, range(6)), *events())
    models = "SELECT DISTINCT model FROM embeddings"
    [[before]] = [tuple(row) for row in project.store.db.rows(models)]
    project.store.close()
    make(tmp_path / "models" / "tiny")
    project = begun(tmp_path, HEAD + "sorting: {embedder: models/tiny}\n")
    assert sort(project).embedded == 10
    [[after]] = [tuple(row) for row in project.store.db.rows(models)]
    assert after.startswith("onnx-tiny-")
    assert after != before
    assert sort(project).embedded == 0
    project.store.close()
    project = begun(tmp_path)
    assert sort(project).embedded == 10


# ----------------------------------------------------------------------------------------- stories


@pytest.mark.parametrize("seed", range(3))
def test_the_order_within_a_round_changes_nothing(tmp_path: Path, seed: int) -> None:
    items = [*map(tide, range(12)), *events(), *map(loaf, range(6))]
    one = stored(begun(tmp_path / "a"), *items)
    random.Random(seed).shuffle(items)
    other = stored(begun(tmp_path / "b"), *items)
    assert groups(one) == groups(other)
    assert {s.id for s in one.store.stories.all()} == {s.id for s in other.store.stories.all()}


def test_what_comes_hour_by_hour_becomes_the_stories_that_it_becomes_at_once(
    tmp_path: Path,
) -> None:
    items = [*map(loaf, range(12)), *events()]
    at_once = stored(begun(tmp_path / "a"), *items)
    hourly = begun(tmp_path / "b")
    for one in items:
        stored(hourly, one)
    assert groups(at_once) == groups(hourly)
    pair = {"gazette/event-0", "herald/event-1"}
    assert frozenset(pair) in groups(hourly)


def test_of_stories_that_meet_the_older_keeps_its_key(tmp_path: Path) -> None:
    paper = item("arxiv:2606.00001", url="https://arxiv.org/abs/2606.00001", kind="paper")
    post = item("gazette/post", title="Marsh lights explained", text="Of gas and rumours.")
    later = begun(tmp_path)
    stored(later, post)
    old = key_of(later, post.id)
    later.store.close()
    project = begun(tmp_path, now=NOON + timedelta(hours=2))
    stored(project, paper)
    young = key_of(project, paper.id)
    linked = item(
        post.id,
        title="Marsh lights explained",
        text="About arxiv:2606.00001. All there is to say about arxiv:2606.00001.",
        links=(Link(paper.url),),
        fingerprint="second",
    )
    stored(project, linked)
    assert key_of(project, paper.id) == key_of(project, post.id) == old
    assert project.store.stories.resolve(young) == old


def test_merges_and_splits_outlive_another_model_and_all_that_was_learned(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    from tests.language.test_onnx import make

    project = stored(begun(tmp_path), *events(), *map(loaf, range(4)))
    merged = triage.merge(project, [key_of(project, loaf(0).id), key_of(project, loaf(1).id)])
    parted = triage.split(project, key_of(project, "herald/event-1"), ["herald/event-1"])
    project.store.close()
    make(tmp_path / "tiny")
    project = begun(tmp_path, HEAD + "sorting: {embedder: tiny}\n", now=NOON + timedelta(days=1))
    stored(
        project, *map(tide, range(4)), *[edited(one) for one in (*events(), *map(loaf, range(4)))]
    )
    assert {loaf(0).id, loaf(1).id} <= set(story_of(project, loaf(0).id))
    assert key_of(project, loaf(0).id) == merged.id
    assert "gazette/event-0" not in story_of(project, "herald/event-1")
    assert project.store.stories.resolve(parted.id) == key_of(project, "herald/event-1")


def test_an_undone_merge_gives_each_story_its_own_key_and_decisions_back(tmp_path: Path) -> None:
    project = stored(begun(tmp_path), *map(tide, range(3)), loaf(5))
    pair = triage.merge(project, [key_of(project, tide(1).id), key_of(project, tide(2).id)])
    before = {one.id: key_of(project, one.id) for one in (tide(0), tide(1), tide(2), loaf(5))}
    assert before[tide(1).id] == before[tide(2).id] == pair.id
    triage.decide(project, [before[loaf(5).id]], "keep")
    # The oldest, whose key the whole takes, is the one with fewer items.
    whole = triage.merge(project, [pair.id, before[loaf(5).id]])
    assert whole.id == before[loaf(5).id]
    triage.undo(project, None)
    assert {name: key_of(project, name) for name in before} == before
    assert project.store.decisions.current()[before[loaf(5).id]].verdict == "keep"
    assert pair.id not in project.store.decisions.current()
    triage.undo(project, pair.id)
    assert key_of(project, tide(1).id) != key_of(project, tide(2).id)


def test_a_merge_of_an_earlier_version_names_items_alone(tmp_path: Path) -> None:
    project = stored(begun(tmp_path), *map(tide, range(2)))
    ids = [tide(0).id, tide(1).id]
    project.store.decisions.add(key_of(project, ids[0]), "merge", " ".join(ids), NOON)
    regroup(project, ids)
    assert key_of(project, ids[0]) == key_of(project, ids[1])
    triage.undo(project, None)
    assert key_of(project, ids[0]) != key_of(project, ids[1])


def test_a_shown_key_names_its_story_among_all(tmp_path: Path) -> None:
    project = stored(begun(tmp_path), *map(tide, range(20)), *map(loaf, range(20)))
    stories = project.store.stories
    rows = triage.inbox(project, theme=None, limit=10)
    assert (len(rows.rows), rows.waiting) == (10, stories.count())
    for row in rows.rows:
        assert stories.resolve(row.key) == row.id
    every = [story.id for story in stories.all()]
    shortest = stories.beginnings(every, 1)
    assert all(stories.resolve(short) == one for one, short in shortest.items())
    for one, short in shortest.items():
        if len(short) > 1:
            with pytest.raises(NotFound):
                stories.resolve(one[: len(short) - 1])
    merged = triage.merge(project, every[:2])
    [gone] = set(every[:2]) - {merged.id}
    assert stories.resolve(stories.beginnings([merged.id], 1)[merged.id]) == merged.id
    assert stories.resolve(gone) == merged.id


def edited(one: Item) -> Item:
    from dataclasses import replace

    return replace(one, text=f"{one.text} And more.", fingerprint="second")


def story_of(project: Project, item_id: str) -> Sequence[str]:
    return project.store.stories.many([key_of(project, item_id)]).popitem()[1].item_ids


def test_a_story_carries_what_earlier_issues_said_of_it(tmp_path: Path) -> None:
    project = stored(begun(tmp_path), *map(tide, range(3)))
    read = ReadMore("Tides", tide(0).url)
    entry = Entry("k", "Tides are late:", body="…", read_more=(read,))
    old = Issue("2026-w20", 20, "Old", date=date(2026, 5, 11), entries=(entry,))
    project.store.issues.publish(old, "", NOON)
    sort(project)
    row = triage.evidence(project, key_of(project, tide(0).id)).row
    assert [(one.number, one.headline) for one in row.covered] == [(20, "Tides are late:")]
    assert "covered in no. 20" in row.why
    assert not triage.evidence(project, key_of(project, tide(1).id)).row.covered


BRIDGE = (
    "At Eldwater inspectors hung from ropes and looked at the northern pillar of the bridge. They"
    " found cracks, so the bridge closes, and the town must go around by the ferry for a year. The"
    " pillar was repaired ten years ago."
)


def test_what_was_told_without_an_address_is_recognised_by_its_words(tmp_path: Path) -> None:
    from digest.cli.tables import evidence_text
    from digest.pipeline.past import told_before

    project = stored(begun(tmp_path), *events(), *map(tide, range(30)), *map(loaf, range(30)))
    key = key_of(project, "gazette/event-0")
    before = project.store.stories.many([key])[key]
    entry = Entry("k", "A bridge that was watched too late:", body=BRIDGE)
    old = Issue("2026-w20", 20, "Old", date=date(2026, 5, 11), entries=(entry,))
    project.store.issues.publish(old, "", NOON)
    sort(project)
    told = "told in no. 20, it seems: 'A bridge that was watched too late'"
    proof = triage.evidence(project, key)
    assert told in proof.row.why
    assert proof.row.score < before.score
    assert not proof.row.covered  # that is said of shared addresses alone
    assert [(one.entry.number, one.same) for one in proof.like] == [(20, True)]
    assert "it seems the same" in evidence_text(proof)
    others = [story for story in project.store.stories.all() if story.id != key]
    assert not any("no. 20" in story.why for story in others)
    items = project.store.items.many(before.item_ids)
    assert told_before(project, "2026-w27", [before], items) == {key: ["20, it seems"]}


# ------------------------------------------------------------------------------------------ asking


def test_words_that_mean_what_was_asked_come_first(tmp_path: Path) -> None:
    bread = item(
        "gazette/x", title="On tides in an oven", text="Bread, dough and rye, said a sailor."
    )
    sea = item(
        "gazette/y", title="On tides and sailors", text="The sea and its ships, said a sailor."
    )
    project = stored(begun(tmp_path), bread, sea)
    for words, first in (("sailor tides", sea.id), ("sailor oven", bread.id)):
        found = search(project, words.split(), limit=2)
        assert found.by == "words"
        assert found.hits[0].item_id == first
    near = search(project, ["seafaring", "zzyzx"], limit=1)
    assert (near.by, near.hits[0].item_id) == ("meaning", sea.id)


def test_what_is_similar_is_found_by_id_address_and_key(tmp_path: Path) -> None:
    project = stored(begun(tmp_path), *map(tide, range(4)), *map(loaf, range(4)))
    by_id = similar(project, tide(0).id, limit=3)
    assert {one.item_id for one in by_id} == {tide(n).id for n in range(1, 4)}
    assert similar(project, tide(0).url, limit=3) == by_id
    assert similar(project, key_of(project, tide(0).id), limit=3) == by_id
    with pytest.raises(NotFound, match="nothing-such"):
        similar(project, "nothing-such", limit=3)


def test_themes_over_time_are_counted_by_week(tmp_path: Path) -> None:
    texts = [f"A statute on {one} and its fines" for one in SUBJECTS[:3]]
    dated = [
        item(f"gazette/{n}", title=text, text=text, published=NOON - timedelta(weeks=n))
        for n, text in enumerate(texts)
    ]
    project = stored(begun(tmp_path), *dated, loaf(0))
    found = over_time(project, weeks=10)
    assert found.weeks == ("2026-w24", "2026-w25", "2026-w26")
    assert found.items == (1, 1, 2)
    assert found.themes["law"] == (1, 1, 1)


def test_what_is_sorted_is_left_alone_until_something_that_counts_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stored(begun(tmp_path), tide(1), loaf(1)) as here:
        with monkeypatch.context() as patched:
            patched.setattr("digest.pipeline.sort.embedder_of", lambda _: pytest.fail("sorted"))
            assert sort(here).ranked == 0
        here.store.items.apply([replace(tide(1), karma=7)], now=NOON)
        assert sort(here).ranked == 2
        assert sort(here).ranked == 0
        triage.decide(here, [here.store.stories.all()[0].id], "keep")
        assert sort(here).ranked == 2
        assert sort(replace(here, now=here.now + timedelta(days=1))).ranked == 2


# ------------------------------------------------------------------------------ rounds cut off


class CutOffError(BaseException):
    """A power cut, as far as one process can tell."""


STEPS = [
    ("sort", "place_new"),
    ("sort", "_place"),
    ("sort", "rank"),
    ("sort", "_ranked"),
    ("sort", "tag_imported"),
    ("learning", "learn_taste"),
    ("learning", "_taste"),
    ("learning", "_lesson"),
    ("learning", "_field"),
]


def _weeks(folder: Path, cut: Callable[[], AbstractContextManager[None]]) -> Project:
    """Items, decisions that teach, more items; each round first cut off, where it is, then whole.

    Only the best few are ranked of what no round touched: what it touched must not be forgotten.
    """
    project = begun(folder)
    for start in (0, 20):
        project = replace(project, now=NOON + timedelta(hours=start))
        numbers = range(start, start + 20)
        project.store.items.apply([*map(tide, numbers), *map(loaf, numbers)], now=project.now)
        with cut(), suppress(CutOffError):
            sort(project)
        sort(project)
        for number in numbers[:8]:
            triage.decide(project, [key_of(project, tide(number).id)], "retheme", "law")
            triage.decide(project, [key_of(project, tide(number).id)], "keep")
            triage.decide(project, [key_of(project, loaf(number).id)], "skip")
        with cut(), suppress(CutOffError):
            sort(project)
        sort(project)
    return project


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("digest.pipeline.sort.BEST", 10)
        return _weeks(tmp_path_factory.mktemp("calm"), nullcontext)


@pytest.mark.parametrize(("module", "step"), STEPS)
@pytest.mark.parametrize("after", [False, True])
def test_a_round_that_is_cut_off_loses_nothing_of_what_it_had_to_do(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    undisturbed: Project,
    module: str,
    step: str,
    after: bool,
) -> None:
    place = f"digest.pipeline.{module}.{step}"
    real = resolve_name(place)

    def cut_off(*words: Any, **named: Any) -> Any:
        if after:
            real(*words, **named)
        raise CutOffError

    @contextmanager
    def cut() -> Iterator[None]:
        with monkeypatch.context() as patched:
            patched.setattr(place, cut_off)
            yield

    monkeypatch.setattr("digest.pipeline.sort.BEST", 10)
    project = _weeks(tmp_path, cut)
    assert project.store.stories.all() == undisturbed.store.stories.all()
    for theme in ("law", "birds"):
        assert rows(project, theme) == rows(undisturbed, theme)
    assert not project.store.db.rows("SELECT * FROM progress WHERE work GLOB 'owed *'")
