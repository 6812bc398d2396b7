"""arXiv ids, DOIs, repositories."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.markup.identifiers import arxiv_id, arxiv_version, doi, external_ids


@pytest.mark.parametrize(
    ("text", "paper", "version"),
    [
        ("2606.01234", "2606.01234", None),
        ("2606.01234v2", "2606.01234", 2),
        ("arXiv:2606.01234v12", "2606.01234", 12),
        ("arxiv: 0704.0001", "0704.0001", None),
        ("hep-th/9901001", "hep-th/9901001", None),
        ("math.gt/0309136v1", "math.GT/0309136", 1),
        ("cs/0301012", "cs/0301012", None),
        ("oai:arXiv.org:2606.01234", "2606.01234", None),
        ("http://arxiv.org/abs/2606.01234v1", "2606.01234", 1),
        ("https://arxiv.org/pdf/hep-th/9901001v3.pdf", "hep-th/9901001", 3),
        ("see arXiv:2606.01234, section 2", "2606.01234", None),
        ("see https://arxiv.org/abs/2606.01234v2.", "2606.01234", 2),
        ("arxiv.org/abs/2606.01234", "2606.01234", None),
        ("https://huggingface.co/papers/2606.01234", "2606.01234", None),
        ("https://arxiv.org/list/cs.AI/recent", None, None),
        ("https://social.example/?u=https://arxiv.org/abs/2606.01234", None, None),
        ("https://notarxiv.org.example/abs/2606.01234", None, None),
        ("2613.01234", None, None),
        ("2606.012345", None, None),
        ("12606.01234", None, None),
        ("pi is 3.1415", None, None),
        ("in 2606.01234 of cases", None, None),
        ("", None, None),
    ],
)
def test_arxiv(text: str, paper: str | None, version: int | None) -> None:
    assert arxiv_id(text) == paper
    assert arxiv_version(text) == version


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.1000/ABC.def", "10.1000/abc.def"),
        ("see https://doi.org/10.1000/abc.", "10.1000/abc"),
        ("(10.1000/abc(1))", "10.1000/abc(1)"),
        ("https://doi.org/10.1000%2Fabc?x=1#y", "10.1000/abc"),
        ("10.1/too-short", None),
        ("none", None),
    ],
)
def test_doi(text: str, expected: str | None) -> None:
    assert doi(text) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://arxiv.org/abs/2606.01234v2", {"arxiv": "2606.01234"}),
        ("https://doi.org/10.48550/arXiv.2606.01234", {"arxiv": "2606.01234"}),
        ("https://doi.org/10.1000/ABC", {"doi": "10.1000/abc"}),
        ("https://journal.example/doi/full/10.1000/abc", {"doi": "10.1000/abc"}),
        ("https://github.com/Lamp/wick.git", {"github": "Lamp/wick"}),
        ("https://github.com/Lamp/wick/issues/3", {"github": "Lamp/wick"}),
        ("https://github.com/Lamp", {}),
        ("https://github.com/features/copilot", {}),
        ("https://lamp.example/10.1000/abc", {}),
        ("https://[::1", {}),
        ("", {}),
    ],
)
def test_external_ids(url: str, expected: dict[str, str]) -> None:
    assert external_ids(url) == expected


@given(st.text())
def test_nothing_is_raised(text: str) -> None:
    arxiv_id(text)
    arxiv_version(text)
    doi(text)
    external_ids(text)


@given(st.integers(7, 40), st.integers(1, 12), st.integers(0, 99999), st.integers(1, 30))
def test_new_ids_read_back(year: int, month: int, number: int, version: int) -> None:
    paper = f"{year:02}{month:02}.{number:05}"
    for text in (f"arXiv:{paper}v{version}", f"https://arxiv.org/pdf/{paper}v{version}"):
        assert (arxiv_id(text), arxiv_version(text)) == (paper, version)
