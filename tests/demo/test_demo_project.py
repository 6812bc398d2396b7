"""The demo's project folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.config.load import load
from digest.config.schema import ArxivSource, FeedSource, ForumSource, PageSource
from digest.demo.library import sites
from digest.demo.project import write
from digest.demo.search import search
from digest.demo.web import ENDS, respond
from digest.errors import MachineError, Refused

BASE = "http://127.0.0.1:4321"


def test_its_configuration_is_valid_and_reads_the_whole_sample_web(tmp_path: Path) -> None:
    config = load(write(tmp_path / "demo", BASE))
    assert config.fetch.allow_private == ("127.0.0.1:4321",)
    assert config.fetch.arxiv_url == f"{BASE}/arxiv/api/query"
    named = {source.id for source in config.sources}
    assert named >= {site.id for site in sites().values() if site.kind != "arxiv"}
    for source in config.sources:
        site = sites().get(source.id)
        if isinstance(source, FeedSource | PageSource) and site:
            path = source.url.removeprefix(BASE)
            assert respond(path, {}, b"", ENDS, BASE).status == (500 if site.down else 200)
            assert source.full_text == site.full_text or isinstance(source, PageSource)
            assert source.name in site.name
        elif isinstance(source, ForumSource):
            assert source.comments


def test_its_queries_and_its_listing_bring_every_paper_but_one(tmp_path: Path) -> None:
    config = load(write(tmp_path, BASE))
    queries = [s.query for s in config.sources if isinstance(s, ArxivSource) and s.query]
    found = {
        post.slug
        for query in queries
        for post, version in sites()["papers"].standing(ENDS)
        if search(query)(post, version)
    }
    strangers = {post.slug for post in sites()["papers"].posts} - found
    # what is off every theme comes by the daily list alone, or not at all
    assert strangers == {"2603.90299", "2603.90655"}


def test_a_demo_begins_its_own_folder_anew(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    write(folder, BASE)
    (folder / "data").mkdir()
    (folder / "data" / "digest.db").write_text("old")
    write(folder, "http://127.0.0.1:1234")
    assert not (folder / "data").exists()
    assert "127.0.0.1:1234" in (folder / "sources.yaml").read_text()


def test_a_folder_in_use_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("# mine\n")
    (tmp_path / "data").mkdir()
    with pytest.raises(Refused) as refused:
        write(tmp_path, BASE)
    assert "digest demo" in refused.value.cure
    assert (tmp_path / "sources.yaml").read_text() == "# mine\n"
    assert (tmp_path / "data").is_dir()


def test_a_folder_that_cannot_be_written_is_the_machines_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(MachineError):
        write(tmp_path / "file" / "demo", BASE)
