from __future__ import annotations

from digest.model import Entry, ReadMore
from digest.publish.cards import shelve, theme_cards
from digest.publish.earlier import earlier_entries
from tests.publish import sample


def found(*issues: tuple[Entry, ...]) -> dict[str, list[str]]:
    """By place, where the same was spoken of before; issue n is the nth given."""
    config = sample.config()
    published = [
        sample.published(number, entries=entries) for number, entries in enumerate(issues, start=1)
    ]
    shelf = shelve(published, config.newsletter, theme_cards(config.themes))

    def name(path: str) -> str:
        return path.removeprefix("issues/2026-w").replace("/index.html", "")

    return {
        name(path): [name(one.path) for one in cards]
        for path, cards in earlier_entries(shelf).items()
    }


def paper(key: str, url: str) -> Entry:
    return Entry(key, f"About {key}", read_more=(ReadMore("The paper", url),))


def test_a_story_that_returns_is_linked_to_where_it_stood() -> None:
    story = Entry("0123456789", "Once")
    assert found((story,), (Entry("other", "x"),), (story,)) == {"04#0123456789": ["02#0123456789"]}


def test_a_paper_is_the_same_at_any_of_its_addresses() -> None:
    old = paper("a", "http://www.arxiv.org/pdf/2606.01234v1")
    new = paper("b", "https://arxiv.org/abs/2606.01234")
    assert found((old,), (new,)) == {"03#b": ["02#a"]}


def test_a_headline_that_returns_is_not_the_thing_returning() -> None:
    assert found((Entry("quick-links", "x"),), (Entry("quick-links", "x"),)) == {}


def test_the_front_page_of_a_site_is_no_thing() -> None:
    assert found((paper("a", "https://lab.example/"),), (paper("b", "https://lab.example"),)) == {}


def test_two_entries_of_one_issue_are_not_earlier_than_each_other() -> None:
    url = "https://lab.example/report"
    assert found((paper("a", url), paper("b", url))) == {}


def test_of_a_long_saga_the_last_chapters_are_named() -> None:
    story = Entry("0123456789", "Again")
    assert found(*[(story,)] * 5)["06#0123456789"] == [f"0{week}#0123456789" for week in (5, 4, 3)]


def test_an_issue_page_leads_back() -> None:
    from digest.publish.site import build
    from digest.publish.templates import Templates

    files = build(
        sample.config(), [sample.published(1), sample.published(2)], Templates(), pictures=False
    )
    page = files["issues/2026-w03/index.html"].decode()
    assert 'href="../../issues/2026-w02/index.html#4f21c0a9e1">No. 1, <em>Lowtide' in page
    assert "Earlier in this newsletter" not in files["issues/2026-w02/index.html"].decode()
