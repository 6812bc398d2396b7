from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model import Item, Link, Story
from digest.sort.hard import hard_joins
from digest.sort.stories import Pin, join
from tests.sort.make import item, paper, vectors

LADDERS = (
    "A prover and a conjecturer are trained together: the conjecturer is rewarded for statements"
    " that the prover can almost prove. Without any human-written problem the pair proves most of a"
    " benchmark. We analyse the curriculum that emerges, from arithmetic to group theory."
)
PAPER = paper("2606.00001", "Ladders: Self-Play Curricula for Theorem Proving", LADDERS)
POST = item(
    "lab/ladders",
    "Our prover teaches itself mathematics",
    "A prover and a conjecturer, trained together without any problem that a person wrote.",
    hours=3,
    links=["https://arxiv.org/pdf/2606.00001v1"],
)
NEWS = item("gazette/1", "Port Sarn harbour closes after storm", "Waves of nine metres.", hours=5)
WEEK = [
    PAPER,
    POST,
    NEWS,
    item(
        "herald/1",
        "Storm shuts harbour of Port Sarn",
        "Nine-metre waves, ferries kept in.",
        hours=6,
    ),
    item("herald/2", "Whales counted from orbit", "A detector finds nine in ten whales.", hours=7),
    item("tarn/1", "Council licenses delivery robots", "A permit for every robot.", hours=None),
    item("tarn/2", "Pavement robots need a permit, council says", "", hours=9),
    item("lab/2", "A price cut", "A third off from Monday.", hours=9),
]


def groups(items: Sequence[Item], **more: object) -> set[frozenset[str]]:
    return {frozenset(s.item_ids) for s in join(items, vectors(items), **more)}  # type: ignore[arg-type]  # the test passes what it means


def holding(stories: Sequence[Story], item_id: str) -> Story:
    return next(story for story in stories if item_id in story.item_ids)


def test_a_post_that_links_to_a_paper_joins_it_and_the_paper_leads() -> None:
    story = holding(join(WEEK, vectors(WEEK)), PAPER.id)
    assert story.item_ids == (PAPER.id, POST.id)
    assert story.title == PAPER.title
    assert story.joins == ((POST.id, f"links to the paper: '{PAPER.title}'"),)


def test_headlines_of_one_event_are_one_story_and_others_are_not() -> None:
    found = groups(WEEK)
    assert frozenset({"gazette/1", "herald/1"}) in found
    assert frozenset({"herald/2"}) in found


def test_every_item_is_in_exactly_one_story() -> None:
    members = [item_id for story in join(WEEK, vectors(WEEK)) for item_id in story.item_ids]
    assert sorted(members) == sorted(one.id for one in WEEK)


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_in_which_items_come_changes_nothing(chance: random.Random) -> None:
    shuffled = chance.sample(WEEK, len(WEEK))
    assert join(shuffled, vectors(shuffled)) == join(WEEK, vectors(WEEK))


def test_ids_stay_when_an_earlier_item_comes_late() -> None:
    before = join([POST], vectors([POST]))
    after = holding(join([POST, PAPER], vectors([POST, PAPER]), before), POST.id)
    assert after.id == before[0].id
    assert after.item_ids == (PAPER.id, POST.id)


def test_members_that_are_not_at_hand_stay_in_their_story() -> None:
    old = Story("0123456789", "t", (NEWS.id, "gone/1"), (("gone/1", "the same address"),))
    story = holding(join([NEWS], vectors([NEWS]), [old]), NEWS.id)
    assert story.id == "0123456789"
    assert story.item_ids == (NEWS.id, "gone/1")
    assert ("gone/1", "the same address") in story.joins


def test_two_stories_that_turn_out_to_be_one_leave_a_trace() -> None:
    before = join([NEWS], vectors([NEWS])) + join([WEEK[3]], vectors([WEEK[3]]))
    after = join([NEWS, WEEK[3]], vectors([NEWS, WEEK[3]]), before)
    assert len(after) == 1
    assert after[0].id == before[0].id


def test_a_story_with_nothing_at_hand_is_returned_as_it_is() -> None:
    old = Story("0123456789", "t", ("gone/1",))
    assert old in join(WEEK, vectors(WEEK), [old])
    assert join([], np.zeros((0, 256), np.float32), [old]) == [old]


def test_what_the_editor_merged_and_split_outweighs_everything() -> None:
    together = Pin("together", ("herald/2", "lab/2"))
    apart = Pin("apart", (PAPER.id,), (POST.id,))
    found = groups(WEEK, pinned=[together, apart])
    assert frozenset({"herald/2", "lab/2"}) in found
    assert frozenset({PAPER.id}) in found


def test_a_newsletter_that_links_to_many_papers_glues_none_together() -> None:
    papers = [
        paper(f"2606.1000{n}", f"{what} for Robots", f"We study {what.lower()} in robots. " * 9)
        for n, what in enumerate(("Grasping", "Hearing", "Balance", "Maps", "Speech", "Tides"))
    ]
    listing = item(
        "weekly/1", "Robots this week", "Six papers.", links=[one.url for one in papers], hours=4
    )
    stories = join([*papers, listing], vectors([*papers, listing]))
    assert holding(stories, listing.id).item_ids == (listing.id,)


def test_a_link_post_joins_what_it_is_about() -> None:
    talk = item("forum/1", "Thoughts", "", kind="thread", discusses=PAPER.url, hours=9)
    story = holding(join([PAPER, talk], vectors([PAPER, talk])), talk.id)
    assert story.item_ids == (PAPER.id, talk.id)


def test_one_page_reported_by_two_sources_is_one_story() -> None:
    here = item("feed/1", "Heron released", url="https://heron.example/news?utm_source=feed")
    there = item("page/1", "Heron is out", url="https://heron.example/news", hours=None)
    assert groups([here, there]) == {frozenset({"feed/1", "page/1"})}


def test_an_undated_item_must_be_more_alike_than_a_dated_one() -> None:
    post = item("marsh/1", "Prompt caching with Heron")
    fix = item("tarn/1", "v2.1.62", "Fixed a prompt cache regression that reduced cache hit rates.")
    undated = replace(fix, published=None)
    assert len(groups([post, undated])) == 2
    assert len(groups([post, replace(undated, title=post.title)])) == 1


def test_what_two_houses_changed_in_one_month_is_no_story() -> None:
    text = "Faster search, better billing and many small improvements."
    one = item("tarn/1", "August 2024 Product Update", text)
    two = item("marsh/1", "Changelist: August 2024", f"New themes. {text}")
    assert len(groups([one, two])) == 2


def test_the_post_that_announces_a_release_leads_its_notes() -> None:
    notes = item("tarn/1", "Tarn 1.13.3", "Side panes, parallel agents and a terminal. " * 30)
    post = item("tarn-blog/1", "Tarn grows side panes", "Side panes and agents.", hours=2)
    post = replace(post, links=(Link(notes.url),))
    pinned = [Pin("together", (notes.id, post.id))]
    (story,) = join([notes, post], vectors([notes, post]), pinned=pinned)
    assert story.primary == post.id


def test_entries_of_one_changelog_page_stay_apart() -> None:
    text = "Fixes a crash when the {} is missing. Improves the speed of start-up and of search. "
    log = [
        item(
            f"log/{n}",
            f"Sextant 2.{n}.0",
            text.format(what) * 3,
            url="https://sextant.example/changelog",
            hours=n,
        )
        for n, what in enumerate(("cache", "cache folder", "configuration", "network"))
    ]
    assert len(groups(log)) == len(log)


def test_a_copy_with_a_frame_around_it_is_found_among_strangers() -> None:
    copy = item("mirror/1", "Read this", f"Reposted with thanks. {LADDERS} Subscribe!", hours=30)
    story = holding(join([*WEEK, copy], vectors([*WEEK, copy])), copy.id)
    assert PAPER.id in story.item_ids
    assert "of the text is that of" in dict(story.joins)[copy.id]


def test_the_same_item_alone_has_the_id_of_its_own_digest() -> None:
    [story] = join([NEWS], vectors([NEWS]))
    assert story.id == hashlib.sha256(NEWS.id.encode()).hexdigest()[:10]
    assert join([replace(NEWS, title="x")], vectors([NEWS]))[0].id == story.id


def together(*items: Item) -> bool:
    return len(join(list(items), vectors(list(items)))) == 1


def test_a_title_within_another_is_one_story_even_where_a_listing_glued_it() -> None:
    title = "Measuring how agents find holes in old software"
    post = item("red/1", title, "Ten agents were let loose on software of the nineties. " * 8)
    glued = item("listing/1", f"Jun 8, 2026Research Team{title}", hours=4)
    short = item("other/1", "Measuring how agents work in an office", hours=4)
    assert together(post, glued)
    assert not together(post, short)
    assert "the title of" in dict(join([post, glued], vectors([post, glued]))[0].joins)[glued.id]


def test_a_title_is_not_within_one_of_another_version_or_of_another_week() -> None:
    title = "What is new in the Heron toolkit, part 1"
    first = item("lab/1", title)

    def joined(other: Item) -> bool:
        return bool(hard_joins([first, other], lambda a, b: 1.0))

    assert joined(item("other/1", title, hours=24 * 3))
    assert not joined(item("other/1", f"{title}7", hours=1))
    assert not joined(item("other/1", title, hours=24 * 9))
    assert not joined(item("lab/2", title, hours=24 * 3))


def test_the_name_of_an_outlet_behind_a_headline_joins_and_parts_nothing() -> None:
    one = item("a/1", "Storm shuts harbour of Port Sarn - Gazette of the Coast")
    two = item("b/1", "Port Sarn harbour closes after storm | The Herald", hours=2)
    other = item("c/1", "Ministers agree on limits for exports of chips - Gazette of the Coast")
    found = {frozenset(s.item_ids) for s in join([one, two, other], vectors([one, two, other]))}
    assert found == {frozenset({one.id, two.id}), frozenset({other.id})}


def test_rows_of_no_source_under_one_address_are_a_story_only_while_they_are_few() -> None:
    titles = ["Storm shuts harbour", "Chip exports limited", "A choir of whales", "Bread is dear"]
    rows = [item(f"/{n}", title, url="https://news.example/") for n, title in enumerate(titles)]
    assert together(*rows)
    more = item("/9", "The court rules on audits", url="https://news.example/")
    assert len(join([*rows, more], vectors([*rows, more]))) > 3
