"""What is searched, and when its index is made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from digest.errors import MachineError
from digest.publish import paths
from digest.publish.search import make_index
from digest.publish.site import build, shared, update
from digest.publish.templates import Templates
from digest.publish.values import Published
from tests.publish import sample

TEMPLATES = Templates()
ISSUES = [sample.published(number) for number in range(1, 4)]


class Recorder:
    """Stands where Pagefind does, and keeps what it was given."""

    def __init__(self) -> None:
        self.given: list[Mapping[str, bytes]] = []

    def __call__(self, documents: Mapping[str, bytes], language: str) -> dict[str, bytes]:
        self.given.append(documents)
        assert language == "en"
        return {f"{paths.SEARCH_INDEX}pagefind.js": b"1", f"{paths.SEARCH_INDEX}a": b"2"}


def broken(documents: Mapping[str, bytes], language: str) -> dict[str, bytes]:
    raise MachineError("Pagefind does not run here: no such file")


def test_every_entry_and_tale_is_a_document_that_leads_to_its_place() -> None:
    recorder = Recorder()
    files = build(sample.config(), ISSUES, TEMPLATES, recorder)
    (given,) = recorder.given
    assert len(given) == 3 * 4
    unfinished = Recorder()
    build(sample.config(), [sample.unfinished()], TEMPLATES, unfinished)
    rain = given["2026-w02/00002.html"].decode()
    assert "<title>Rain can now be ordered by the square metre</title>" in rain
    assert 'content="issues/2026-w02/index.html#aa00bb11cc"' in rain
    assert "It rains where you point" in rain
    assert "Because somebody has to stand under it" in rain
    assert "By morning the house had voted" in given["2026-w02/tale.html"].decode()
    assert "wry" not in "".join(map(bytes.decode, unfinished.given[0].values())), "a slot's hint"
    assert not [path for path in files if path.startswith(".")], "a document was published"


def test_the_index_is_made_again_when_a_text_changed_and_only_then(tmp_path: Path) -> None:
    recorder = Recorder()

    def updated(*issues: Published) -> None:
        update(shared(sample.config(), issues, TEMPLATES), tmp_path, indexer=recorder)

    updated(*ISSUES)
    updated(*ISSUES)
    assert len(recorder.given) == 1
    updated(*ISSUES, sample.published(4))
    assert len(recorder.given) == 2
    (tmp_path / paths.SEARCH_INDEX / "a").unlink()
    updated(*ISSUES, sample.published(4))
    assert len(recorder.given) == 3
    assert (tmp_path / paths.SEARCH_INDEX / "a").read_bytes() == b"2"


def test_without_pagefind_the_site_is_built_and_says_so_once(tmp_path: Path) -> None:
    told: list[str] = []

    def updated(*issues: Published) -> None:
        one = shared(sample.config(), issues, TEMPLATES)
        update(one, tmp_path, indexer=broken, tell=told.append)

    updated(*ISSUES)
    updated(*ISSUES)
    updated(*ISSUES, sample.published(4))
    assert told == ["the site has no search: Pagefind does not run here: no such file"]
    assert b"This site has no search at present" in (tmp_path / paths.SEARCH).read_bytes()
    update(shared(sample.config(), ISSUES, TEMPLATES), tmp_path, indexer=Recorder())
    assert b"<form" in (tmp_path / paths.SEARCH).read_bytes()


def test_pagefind_gives_the_same_bytes_each_time() -> None:
    recorder = Recorder()
    build(sample.config(), ISSUES, TEMPLATES, recorder)
    (given,) = recorder.given
    first = make_index(given, "en-GB")
    assert first == make_index(dict(sorted(given.items(), reverse=True)), "en-GB")
    names = {path.rsplit(".", 1)[1] for path in first}
    assert {"js", "json", "pagefind", "pf_meta", "pf_index", "pf_fragment"} == names
    assert f"{paths.SEARCH_INDEX}wasm.en.pagefind" in first


def test_a_language_that_pagefind_does_not_know_is_searched_all_the_same() -> None:
    found = make_index({"a/1.html": b"<html lang=qqq><body>words of some kind"}, "qqq")
    assert f"{paths.SEARCH_INDEX}wasm.unknown.pagefind" in found


def test_a_program_that_does_not_run_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    import pagefind_bin

    monkeypatch.setattr(pagefind_bin, "get_executable", lambda: "/nowhere/pagefind")
    with pytest.raises(MachineError, match="does not run here"):
        make_index({"a/1.html": b"<html><body>words"}, "en")
    monkeypatch.setattr(pagefind_bin, "get_executable", lambda: "/bin/false")
    with pytest.raises(MachineError, match="it ended with 1"):
        make_index({"a/1.html": b"<html><body>words"}, "en")


def test_scripts_run_on_the_search_page_alone() -> None:
    files = build(sample.config(), ISSUES, TEMPLATES, Recorder())
    scripted = [path for path, body in files.items() if b"script-src" in body]
    assert scripted == [paths.SEARCH]
    policy = files[paths.SEARCH].partition(b'Content-Security-Policy" content="')[2]
    assert b"unsafe-inline" not in policy.partition(b'">')[0]
    assert b"http" not in policy.partition(b'">')[0]
