from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digest.model import Entry
from digest.publish.cards import Shelved, shelve, theme_cards
from digest.publish.shares import HEIGHT, MOST, Picture, share_picture
from tests.publish import sample

THEME, *_ = THEMES = theme_cards(sample.config().themes)


def shelf(counts: list[tuple[int, int]]) -> tuple[Shelved, ...]:
    """Issues with so many entries of the theme, and so many others."""
    issues = []
    for number, (its, others) in enumerate(counts, start=1):
        themes = ["notebooks"] * its + ["weather"] * others
        entries = tuple(Entry(f"k{at}", "H", themes=(one,)) for at, one in enumerate(themes))
        issues.append(sample.published(number, entries=entries))
    return shelve(issues, sample.newsletter(), THEMES)


def heights(picture: Picture | None) -> list[float]:
    return [bar.height for bar in picture.bars] if picture else []


def test_bars_are_shares_of_the_highest() -> None:
    picture = share_picture(THEME, shelf([(1, 3), (2, 2), (0, 4), (1, 1)]))
    assert picture is not None
    assert heights(picture) == [30.0, 60, 0.8, 60]
    assert [bar.words for bar in picture.bars][:2] == ["No. 1: 25%", "No. 2: 50%"]
    assert picture.highest == 50
    assert "25% of the entries at first, 50% at last, 50% at most" in picture.words


def test_of_too_few_issues_and_of_nothing_there_is_no_picture() -> None:
    assert share_picture(THEME, shelf([(1, 1)] * 3)) is None
    assert share_picture(THEME, shelf([(0, 1)] * 9)) is None
    assert share_picture(THEME, ()) is None


def test_many_issues_share_bars_and_the_last_bar_is_whole() -> None:
    picture = share_picture(THEME, shelf([(0, 1)] + [(1, 1)] * 100))
    assert picture is not None
    assert len(picture.bars) <= MOST
    assert picture.bars[-1].words == "No. 99 to 101: 50%"


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=120))
def test_every_bar_stands_in_the_picture(counts: list[tuple[int, int]]) -> None:
    picture = share_picture(THEME, shelf(counts))
    if picture:
        assert max(heights(picture)) == HEIGHT
        for bar in picture.bars:
            assert 0 <= bar.y <= HEIGHT
            assert bar.y + bar.height <= HEIGHT + 0.1
            assert bar.x >= 0
            assert bar.x + bar.width <= picture.width
