from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from digest.config.schema import Theme
from digest.language.embedding import load
from digest.model import Item, Tag
from digest.sort.many import Field, judge, survey
from digest.sort.named import Names
from digest.sort.tags import Labels, tag
from digest.sort.telling import READ, Told, Usual
from tests.sort.make import item, vectors

NAMES = (
    "Places: Garden",
    "Places: Harbour",
    "Places: Kitchen",
    "Risks: Fire",
    "Risks: Flooding",
    "Risks: Theft (of goods)",
    "Measures: Insurance: for households",
    "Measures: Alarms and guards",
    "Measures: Training",
)
THEMES = [Theme.model_construct(id=name, title=name, description=name) for name in NAMES]
KITCHEN = item(
    "x/1", "The stove burned down the kitchen", "Flames rose from the oven and the pans."
)
HARBOUR = item(
    "x/2", "Crates stolen at the docks", "Ships lay at the quay while robbers broke into them."
)
NOTHING = item("x/3", "", "")


def told(count: int) -> list[Item]:
    """A corpus in which quays are guarded by geese."""
    return [
        item(f"c/{n}", f"The {place} in week {n}", text)
        for n in range(count)
        for place, text in (
            ("harbour", "The harbour has a quay, and geese that cackle watch over the ships."),
            ("kitchen", "The kitchen has a stove, and a cook who bakes bread in the oven."),
            ("garden", "The garden has beds of flowers, and a gardener who waters the trees."),
        )
    ]


def tags(
    items: Sequence[Item], field: Field | None = None, labels: Labels | None = None
) -> dict[tuple[str, str], Tag]:
    found = tag(items, vectors(items), THEMES, labels, field=field)
    return {(one.item_id, one.theme): one for one in found}


def best(found: dict[tuple[str, str], Tag], item_id: str) -> list[str]:
    own = [one for (name, _), one in found.items() if name == item_id]
    return [one.theme for one in sorted(own, key=lambda one: -one.score)]


def test_an_item_has_the_themes_whose_names_its_words_are_near_to() -> None:
    found = tags([KITCHEN, HARBOUR])
    assert set(best(found, "x/1")[:2]) == {"Places: Kitchen", "Risks: Fire"}
    assert set(best(found, "x/2")[:2]) == {"Places: Harbour", "Risks: Theft (of goods)"}
    assert all(found["x/1", name].chosen for name in ("Places: Kitchen", "Risks: Fire"))


def test_what_says_nothing_has_no_theme() -> None:
    assert not any(one.chosen for one in tags([NOTHING, KITCHEN]).values() if one.item_id == "x/3")


def test_the_words_that_were_near_are_told() -> None:
    found = tags([KITCHEN, HARBOUR])["x/2", "Risks: Theft (of goods)"].evidence
    assert any("'stolen'" in one.what and "near 'theft'" in one.what for one in found)
    named = tags([KITCHEN])["x/1", "Places: Kitchen"].evidence
    assert "'kitchen' of its name in the title" in [one.what for one in named]


def test_the_reasons_add_up_to_the_score() -> None:
    items = [KITCHEN, HARBOUR]
    field = survey([*told(20), *items], vectors([*told(20), *items]), THEMES, load())
    judged = judge(items, vectors(items), Names(THEMES, load()), field)
    assert judged.parts.sum(axis=0) == pytest.approx(judged.odds)
    scores = tag(items, vectors(items), THEMES, field=field)
    odds = [math.log(one.score / (1 - one.score)) for one in scores]
    assert odds == pytest.approx(judged.odds.ravel().tolist(), abs=0.02)


def test_a_part_that_many_names_share_says_little() -> None:
    measured = item("x/4", "Measures", "The measures that were taken.")
    scores = [one.score for one in tags([measured]).values()]
    fire = [one.score for one in tags([item("x/5", "Fire", "The fire that broke out.")]).values()]
    assert max(scores) < max(fire)


def test_a_field_shows_what_themes_speak_of() -> None:
    corpus = told(20)
    geese = item("x/6", "Geese that cackle", "They cackle and watch.")
    usual = survey(corpus[:10], vectors(corpus[:10]), THEMES, load())
    field = survey(corpus, vectors(corpus), THEMES, load())
    assert not usual.speaks
    assert field.speaks
    before, after = (tags([geese], one)["x/6", "Places: Harbour"] for one in (usual, field))
    assert not before.chosen
    assert after.chosen
    assert after.score > before.score + 0.1
    what = [one.what for one in tags([geese], field)["x/6", "Places: Harbour"].evidence]
    assert any(one.startswith("like what else speaks of it, as in '") for one in what)


def test_a_field_is_the_same_when_it_was_stored() -> None:
    corpus = told(20)
    field = survey(corpus, vectors(corpus), THEMES, load())
    again = Field.from_arrays(field.arrays())
    assert tags([KITCHEN], again) == tags([KITCHEN], field)


def test_an_item_s_tags_do_not_depend_on_its_company() -> None:
    corpus = told(20)
    field = survey(corpus, vectors(corpus), THEMES, load())
    alone, among = tags([HARBOUR], field), tags([KITCHEN, HARBOUR, NOTHING], field)
    assert {key: among[key] for key in alone} == alone


def test_a_long_text_is_read_to_its_end() -> None:
    boiler = "This section shall be construed liberally and takes effect as provided. " * 60
    law = item("x/7", "Act 12", boiler + "Thieves who rob a ship in the harbour are jailed.")
    filler = [item(f"f/{n}", f"Act {n}", boiler) for n in range(12)]
    items = [law, *filler]
    assert set(best(tags(items), "x/7")[:2]) == {"Places: Harbour", "Risks: Theft (of goods)"}


def test_words_are_read_as_far_as_it_says() -> None:
    one = Told.by(item("x/8", "Title", "word " * (READ + 50)))
    assert one.length == READ
    assert one.beyond_lead


def test_the_rarer_word_tells_more() -> None:
    read = [Told.by(item(f"x/{n}", "", "alpha beta" if n else "alpha gamma")) for n in range(9)]
    usual = Usual.of(read)
    assert list(read[0].most_telling(usual)) == ["gamma", "alpha"]
    assert usual.rarity("alpha") < usual.rarity("beta") < usual.rarity("never seen")


def test_labels_speak_beside_names() -> None:
    corpus = told(20)
    given = [
        frozenset({"Measures: Alarms and guards"} if "geese" in one.text else ()) for one in corpus
    ]
    labels = Labels(corpus, vectors(corpus), given)
    goose = item("x/9", "A goose on watch", "Geese that cackle watch over the yard.")
    found = tags([goose, KITCHEN], labels=labels)
    assert found["x/9", "Measures: Alarms and guards"].chosen
    assert not found["x/1", "Measures: Alarms and guards"].chosen
    assert np.isfinite([one.score for one in found.values()]).all()
