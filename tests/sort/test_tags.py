from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from digest.config.schema import Theme
from digest.language.embedding import load
from digest.model import Item, Tag
from digest.sort.stems import stems
from digest.sort.tags import Labels, fingerprint, learn_themes, tag
from digest.sort.telling import Usual
from digest.sort.text import embedded
from tests.sort.make import item, paper, vectors

POLICY = Theme(
    id="policy",
    title="Policy",
    description="Laws, regulation, standards and institutions for AI, audits and export controls.",
    keywords=("export control", "audit", "AI Act"),
    arxiv=("cs.CY",),
)
BIRDS = Theme(
    id="birds",
    title="Birds",
    description="Birds and their songs: listening to them, counting them, telling them apart.",
    keywords=("birdsong", "wren"),
)
THEMES = (POLICY, BIRDS)
LAW = item(
    "gazette/1",
    "Northmark tightens export controls on chips",
    "Ministers passed a regulation that makes licences a duty for makers of accelerators.",
)
WREN = item("tarn/1", "A network that hears wrens", "Recordings of birdsong told apart by ear.")
BREAD = item("oven/1", "How to bake bread", "Flour, water, salt and a night of patience.")


def tags(items: Sequence[Item], labels: Labels | None = None) -> dict[tuple[str, str], Tag]:
    found = tag(items, vectors(items), THEMES, labels)
    return {(one.item_id, one.theme): one for one in found}


def test_every_item_has_a_tag_for_every_theme_in_order() -> None:
    found = tag([LAW, WREN], vectors([LAW, WREN]), THEMES)
    assert [(one.item_id, one.theme) for one in found] == [
        ("gazette/1", "policy"),
        ("gazette/1", "birds"),
        ("tarn/1", "policy"),
        ("tarn/1", "birds"),
    ]
    assert all(0 <= one.score <= 1 for one in found)


def test_what_belongs_is_chosen_and_what_does_not_is_not() -> None:
    found = tags([LAW, WREN, BREAD])
    chosen = {key for key, one in found.items() if one.chosen}
    assert chosen == {("gazette/1", "policy"), ("tarn/1", "birds")}


def test_a_name_of_two_meanings_misleads_nobody_where_there_is_a_description() -> None:
    text = "The gradient of the policy is clipped, and a policy learned off-policy stays stable."
    robot = item("lab/1", "Off-policy policy gradients", text)
    named = Theme(id="policy", title="Policy", description="Policy")
    (alone,) = tag([robot], vectors([robot]), [named])
    assert not tags([robot])["lab/1", "policy"].chosen
    assert alone.chosen


def test_the_reasons_can_be_read() -> None:
    evidence = tags([LAW])["gazette/1", "policy"].evidence
    assert "'export control' in the title" in [one.what for one in evidence]
    assert any("the theme's description 0." in one.what for one in evidence)
    far = tags([BREAD])["oven/1", "policy"].evidence
    assert {one.what for one in far if one.kind == "keyword"} == {"none of the theme's keywords"}
    assert all(one.weight < 0 for one in far)


def test_keywords_are_words_and_not_parts_of_words() -> None:
    auditorium = item("x/1", "An auditorium for a thousand", "Seats.")
    found = tags([auditorium])["x/1", "policy"]
    assert not any("'audit'" in one.what for one in found.evidence)
    inflected = tags([item("x/2", "Auditing models", "")])["x/2", "policy"]
    assert "'audit' in the title" in [one.what for one in inflected.evidence]


def test_a_category_that_the_theme_names_counts_in_favour() -> None:
    plain, filed = (
        paper("2606.1", "A study", "Words."),
        paper("2606.2", "A study", "Words.", categories=("cs.CY",)),
    )
    found = tags([plain, filed])
    assert found[filed.id, "policy"].score > found[plain.id, "policy"].score
    assert "arXiv cs.CY" in [one.what for one in found[filed.id, "policy"].evidence]


def test_markup_and_noisy_spacing_change_nothing() -> None:
    noisy = item(
        "gazette/1", " Northmark  tightens&nbsp;export <b>controls</b> on chips ", LAW.text
    )
    assert tags([noisy])["gazette/1", "policy"].score == pytest.approx(
        tags([LAW])["gazette/1", "policy"].score, abs=1e-4
    )


def test_an_item_s_tag_does_not_depend_on_its_company() -> None:
    alone, among = tags([LAW]), tags([BREAD, LAW, WREN])
    assert alone["gazette/1", "policy"] == among["gazette/1", "policy"]


def test_an_item_without_words_is_in_no_theme() -> None:
    assert not any(one.chosen for one in tags([item("x/1")]).values())


def labels(count: int) -> Labels:
    """Half the items are about glue, and the editor files glue under policy."""
    items = [
        item(
            f"l/{n}",
            f"{'Glue' if n % 2 else 'Paint'} number {n}",
            f"We tried {'glue and paste' if n % 2 else 'paint and brushes'} on board {n}.",
        )
        for n in range(count)
    ]
    themes = [frozenset({"policy"} if n % 2 else ()) for n in range(count)]
    return Labels(items, vectors(items), themes)


GLUE = item("new/1", "A stronger glue", "Paste and glue for boards.")


def test_labels_move_scores_the_more_there_are() -> None:
    scores = [tags([GLUE])["new/1", "policy"].score]
    scores += [tags([GLUE], labels(n))["new/1", "policy"].score for n in (6, 20, 120)]
    assert scores == sorted(scores)
    assert not tags([GLUE])["new/1", "policy"].chosen
    assert tags([GLUE], labels(120))["new/1", "policy"].chosen


def test_what_was_learned_is_among_the_reasons() -> None:
    reasons = [one.what for one in tags([GLUE], labels(120))["new/1", "policy"].evidence]
    assert any("'glue'" in reason and "as in what you put here" in reason for reason in reasons)


def test_a_theme_without_examples_keeps_its_own_judgement() -> None:
    taught, untaught = tags([WREN], labels(60)), tags([WREN])
    assert taught["tarn/1", "birds"].score == untaught["tarn/1", "birds"].score


def test_of_two_themes_that_suit_equally_the_commoner_one_is_likelier() -> None:
    items = [item(f"x/{n}", f"Note {n}", "A few plain words of no kind.") for n in range(60)]
    given = [
        frozenset(name for name, each in (("policy", 2), ("birds", 12)) if n % each == 0)
        for n in range(60)
    ]
    lesson = learn_themes(Labels(items, vectors(items), given), THEMES, load())
    assert lesson
    (policy, birds) = lesson.log_odds(np.zeros((1, 2)), np.zeros((1, 2)))[0]
    assert policy > birds


def test_labels_of_one_kind_alone_teach_nothing_that_breaks() -> None:
    only = Labels([LAW], vectors([LAW]), [frozenset({"policy"})])
    none = Labels([], np.zeros((0, 256), np.float32), [])
    assert tags([WREN], only).keys() == tags([WREN], none).keys()


def test_the_fingerprint_changes_with_all_that_a_tag_is_computed_from() -> None:
    rest = [theme for theme in THEMES if theme.id != POLICY.id]

    def mark(model: str = "a", *company: Theme, **changed: object) -> str:
        theme = POLICY.model_copy(update=changed)
        return fingerprint(theme, [theme, *(company or rest)], model)

    louder = [theme.model_copy(update={"keywords": ("more",)}) for theme in rest]
    other = [theme.model_copy(update={"description": "Something else."}) for theme in rest]
    assert mark() == mark() == mark("a", *louder)
    assert len({mark(), mark("b"), mark(keywords=("audit",)), mark("a", *other)}) == 4


def test_rare_words_of_a_description_speak_where_the_field_is_known() -> None:
    field = [
        item(f"x/{n}", f"Report {n}", "Standards and institutions of a kind, and much else.")
        for n in range(240)
    ]
    usual = Usual.of_texts(stems(embedded(one)) for one in field)
    audits = item("y/1", "Who audits the auditors", "Audits of export controls, with liability.")
    common = item("y/2", "Standards and institutions", "Of a kind, and much else.")

    def score(one: Item, known: Usual | None) -> float:
        return tag([one], vectors([one]), [BARE], usual=known)[0].score

    assert score(audits, usual) > score(audits, None) + 0.02
    assert score(common, usual) == pytest.approx(score(common, None), abs=0.05)
    few = Usual.of_texts(stems(embedded(one)) for one in field[:20])
    assert score(audits, few) == score(audits, None)
    (told,) = tag([audits], vectors([audits]), [BARE], usual=usual)
    assert any("'audit'" in one.what and "description" in one.what for one in told.evidence)


BARE = Theme(id="policy", title="Policy", description=POLICY.description)
