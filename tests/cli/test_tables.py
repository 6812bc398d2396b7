"""What a person reads in a terminal keeps to its width."""

from __future__ import annotations

from datetime import UTC, datetime

import click
import pytest

from digest.cli.tables import inbox_text
from digest.pipeline.triage import Member, Row


def test_whoever_carries_a_story_is_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    moment = datetime(2026, 6, 24, tzinfo=UTC)
    names = [f"The Gazette of Town {n}" for n in range(6)]
    items = tuple(Member(one, "t", "", one, one, "post", moment, "") for one in names)
    row = Row("abcdef0123", "T", 0.97, "w", ("policy",), (), moment, "", items, "", (), (), "abcd")
    text = click.unstyle(inbox_text([row]))
    assert max(map(len, text.split("\n"))) <= 60
    assert all(name in " ".join(text.split()) for name in names)
