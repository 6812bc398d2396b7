"""What a new project's run says while nothing comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.demo.server import SampleWeb
from tests.pipeline.conftest import MONDAY, Desk

HEAD = """
newsletter: {title: New, url: "https://new.example/"}
themes: [{id: all, title: All, description: everything}]
fetch: {allow_private: ["127.0.0.1:9"]}
sources:
  - {id: shut, kind: feed, url: "http://127.0.0.1:9/feed.xml"}
"""


@pytest.mark.parametrize("empty_box", [False, True])
def test_a_network_is_missed_only_where_nothing_ever_answered(
    empty_box: bool, tmp_path: Path, sample_web: SampleWeb
) -> None:
    box = tmp_path / "box"
    box.touch()
    also = f"  - {{id: box, kind: mailbox, path: {box}}}\n" if empty_box else ""
    (tmp_path / "sources.yaml").write_text(HEAD + also)
    code, _, said = Desk(tmp_path, sample_web, MONDAY)("run")
    assert code == (0 if empty_box else 3), said
    assert ("is there a network?" in said) is not empty_box
