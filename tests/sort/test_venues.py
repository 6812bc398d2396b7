from __future__ import annotations

import pytest

from digest.model import Story
from digest.sort.venues import read_more, venue, venues
from tests.sort.make import item, paper


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://arxiv.org/pdf/2606.01234v2", "arXiv"),
        ("https://github.com/owner/name", "GitHub"),
        ("https://www.ft.com/content/abc", "Financial Times"),
        ("https://blog.example.org/post", "blog.example.org"),
        ("https://www.example.org/post", "example.org"),
        ("https://example.org:8080/a.html", "example.org"),
        ("not an address", ""),
        ("http://[broken", ""),
        ("http://127.0.0.1:8765/pages/a.html", ""),
        ("http://[::1]/a", ""),
        ("http://localhost:8000/a", ""),
    ],
)
def test_a_place_is_called_what_a_person_would_call_it(url: str, name: str) -> None:
    assert venue(url, {}) == name


def test_a_pdf_in_a_laboratory_s_repository_has_three_names() -> None:
    url = "https://github.com/facebookresearch/thing/blob/main/paper.pdf"
    assert venues(url, {}) == ("Facebook AI Research", "GitHub", "pdf")


def test_a_source_s_own_name_is_better_than_its_host() -> None:
    assert venue(item("tarn/1", "t"), {"tarn": "The Tarn"}) == "The Tarn"
    assert venue(item("tarn/1", "t"), {}) == "tarn.example"
    # a source without a name goes by its id
    assert venue(item("tarn/1", "t"), {"tarn": "tarn"}) == "tarn.example"
    linked = item("tarn/1", "t", url="https://www.nature.com/articles/x")
    assert venue(linked, {"tarn": "The Tarn"}) == "Nature"


def test_read_more_names_the_primary_its_code_and_the_coverage() -> None:
    primary = paper(
        "2606.01234", "A Paper", links=["https://github.com/owner/code", "https://other.example/x"]
    )
    news = item("gazette/1", "News of a paper")
    story = Story("0" * 10, "A Paper", (primary.id, news.id))
    line = read_more(story, {primary.id: primary, news.id: news}, {"gazette": "The Gazette"})
    assert (line.title, line.url) == ("A Paper", primary.url)
    assert line.venues == ("arXiv", "GitHub", "The Gazette")


def test_where_no_place_has_a_name_the_source_is_named() -> None:
    here = item("tarn/1", "t", url="http://127.0.0.1/t")
    story = Story("0" * 10, "t", (here.id,))
    assert read_more(story, {here.id: here}, {}).venues == ("tarn",)
    assert read_more(story, {here.id: here}, {"tarn": "The Tarn"}).venues == ("The Tarn",)


def test_repositories_that_are_merely_cited_are_not_the_paper_s_code() -> None:
    links = ["https://github.com/one/a", "https://github.com/two/b"]
    primary = paper("2606.01234", "A Paper", links=links)
    line = read_more(Story("0" * 10, "", (primary.id,)), {primary.id: primary}, {})
    assert line.venues == ("arXiv",)


def test_a_story_whose_items_are_gone_still_has_its_title() -> None:
    assert read_more(Story("0" * 10, "Gone", ("x",)), {}, {}).title == "Gone"
