from __future__ import annotations

import numpy as np

from digest.language.embedding import load
from digest.model import Story
from digest.sort.background import Background
from digest.sort.covered import Past
from digest.sort.novelty import ENOUGH_ITEMS, LIKE, NEARLY, SAME, Told, entry_text, nearest
from digest.sort.ranks import rank
from tests.sort.make import NOON, item, vectors

HARBOUR = (
    "Waves of nine metres shut the harbour of Port Sarn for two days. Ferries stayed in, and the"
    " pilots say that the new breakwater made the swell worse instead of better."
)
FIELD = [
    item(f"s{n}/1", f"{what} {n}", f"A report about {what.lower()} in the year {1900 + n}.")
    for n, what in enumerate(["Bread prices", "Choirs", "Owls", "Buses", "Chess", "Tin mines"] * 12)
]


def past(
    text: str = "", number: int = 7, headline: str = "A breakwater that breaks boats:"
) -> Past:
    return Past(f"n{number}", number, None, f"k{number}", headline, text=text)


def nearness(entry: Past, field: int = len(FIELD)) -> float:
    new = item("gazette/1", "Breakwater made the swell worse, say pilots", HARBOUR)
    some = FIELD[:field]
    usual = Background.of(some, vectors(some))
    text = entry_text(entry)
    told = Told.of([text], load().embed([text]), usual)
    return float(told.nearness([new], vectors([new]), usual)[0, 0])


TOLD = past(
    "In Port Sarn a new breakwater was to keep the waves out. The pilots found that it makes the"
    " swell in the harbour higher, and the ferries had to stay in for two days of storm."
)
OTHER = past(
    headline="Singing through the night:",
    text="A choir of two hundred sang in the old mill for a night, and half of the town came to"
    " hear it; the other half complained to the council about the noise and the price of tickets.",
)


def test_an_entry_in_other_words_is_recognised() -> None:
    assert nearness(TOLD) >= SAME
    assert nearness(OTHER) < LIKE


def test_an_entry_of_few_words_or_a_small_field_says_nothing() -> None:
    assert nearness(past("Pilots, swell, breakwater.")) == 0
    assert nearness(TOLD, field=ENOUGH_ITEMS - 1) == 0


def test_arrays_keep_all_of_it() -> None:
    usual = Background.of(FIELD, vectors(FIELD))
    text = entry_text(TOLD)
    told = Told.of([text], load().embed([text]), usual)
    again = Told.from_arrays(told.arrays())
    assert np.allclose(again.vectors, told.vectors, atol=1e-3)
    assert again.means.tolist() == told.means.tolist()


def test_what_repeats_an_entry_is_nearly_as_near_as_what_it_was_made_of() -> None:
    usual = Background.of(FIELD, vectors(FIELD))
    texts = [entry_text(TOLD), entry_text(OTHER)]
    told = Told.of(texts, load().embed(texts), usual)
    beside = told.beside({0: 20.0, 1: 1.0})
    assert told.same.tolist() == [SAME, SAME]
    assert beside.same.tolist() == [20.0 * NEARLY, SAME]
    assert Told.from_arrays(beside.arrays()).same.tolist() == beside.same.tolist()


def story(number: int) -> Story:
    return Story(f"{number:010d}", f"Story {number}", (f"s{number}/1",))


def test_the_nearest_comes_first_and_what_is_not_near_is_left_out() -> None:
    entries = [past(number=9), past(number=8), past(number=7)]
    rows = {
        "s1/1": np.array([LIKE, SAME + 1, LIKE - 0.1], np.float32),
        "s2/1": np.zeros(3, np.float32),
    }
    found = nearest([story(1), story(2), story(3)], rows, entries, np.full(3, SAME))
    assert {name: [one.entry.number for one in near] for name, near in found.items()} == {
        story(1).id: [8, 9]
    }
    assert [one.is_same for one in found[story(1).id]] == [True, False]


def test_what_is_near_to_an_earlier_entry_is_less_new_and_says_to_which() -> None:
    items = {f"s{n}/1": item(f"s{n}/1", f"Title {n}") for n in (1, 2, 3, 4)}
    near = nearest(
        [story(1), story(2)],
        {"s1/1": np.array([SAME], np.float32), "s2/1": np.array([LIKE + 1], np.float32)},
        [past()],
        np.array([SAME]),
    )
    ranked = rank(
        [story(n) for n in (1, 2, 3, 4)],
        items,
        {},
        {},
        {story(4).id: [past()]},
        NOON,
        near=near,
    )
    assert [one.title for one in ranked] == ["Story 3", "Story 2", "Story 1", "Story 4"]
    assert "told in no. 7, it seems: 'A breakwater that breaks boats'" in ranked[2].why
    assert "a little like 'A breakwater that breaks boats' in no. 7" in ranked[1].why
    assert "no. 7" not in ranked[0].why
