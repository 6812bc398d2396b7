"""The sources.yaml that `digest init` gives everyone: valid, ample, and kind to its reader."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from digest.config.load import load
from digest.config.schema import ArxivSource, Config, FeedSource, ForumSource

FILE = Path(__file__).parents[2] / "sources.yaml"


@pytest.fixture(scope="module")
def config() -> Config:
    return load(FILE)


def test_it_follows_three_themes_from_sixty_sources_and_more(config: Config) -> None:
    assert [theme.id for theme in config.themes] == ["self-improvement", "simulation", "policy"]
    for theme in config.themes:
        assert len(theme.keywords) >= 15
        # longer descriptions are near to everything, and shorter ones to nothing
        assert 20 <= len(theme.description.split()) <= 45
    assert sum(source.enabled for source in config.sources) >= 60
    assert [tracker.id for tracker in config.trackers] == ["rsi-examples"]


def test_every_source_has_a_name_and_an_address_of_its_own(config: Config) -> None:
    assert all(source.name for source in config.sources)
    feeds = [source.url for source in config.sources if isinstance(source, FeedSource)]
    assert max(Counter(feeds).values()) == 1
    assert len({source.weight for source in config.sources}) > 5


def test_it_asks_the_archive_about_each_theme_and_reads_two_forums(config: Config) -> None:
    queries = {s.id for s in config.sources if isinstance(s, ArxivSource) and s.query}
    assert queries >= {"arxiv-self-improvement", "arxiv-simulation", "arxiv-policy"}
    forums = [source for source in config.sources if isinstance(source, ForumSource)]
    assert {source.id for source in forums} == {"lesswrong", "alignment-forum"}
    assert all(source.comments and source.min_karma > 0 for source in forums)
    assert config.fetch.arxiv_delay >= 3


def test_what_to_change_first_is_marked() -> None:
    text = FILE.read_text(encoding="utf-8")
    marked = [line for line in text.splitlines() if "# <-" in line]
    assert [line.split(":")[0].strip() for line in marked] == ["title", "url", "editor"]


def test_the_page_source_that_it_shows_in_a_comment_is_valid(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8")
    shown = re.sub(r"^  # (- id: some-institute|  [a-z_]+: .*)$", r"  \1", text, flags=re.MULTILINE)
    path = tmp_path / "sources.yaml"
    path.write_text(shown, encoding="utf-8")
    kinds = Counter(source.kind for source in load(path).sources)
    assert kinds["page"] == 1
