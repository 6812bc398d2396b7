"""What docs/templates.md says of the templates is so."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from digest.publish.bodies import EntryBody, IssueBody, Pointer
from digest.publish.cards import EntryCard, IssueCard
from digest.publish.companions import Companion, Shown
from digest.publish.head import Head
from digest.publish.lists import Year
from digest.publish.site import build
from digest.publish.templates import Templates, built_in
from tests.publish import sample

DOC = Path(__file__).parents[2] / "docs/templates.md"
TEXT = DOC.read_text(encoding="utf-8")
EVERY = {"newsletter", "themes", "trackers", "head", "root", "paths"}


def listed() -> dict[str, set[str]]:
    """What the document's tables give each template."""
    pages, _, others = TEXT.partition("These are no pages")
    found = {}
    for part, also in ((pages, EVERY), (others, set[str]())):
        for name, gets in re.findall(r"^\| `(\w+\.\w+)` \| (.*) \|$", part, re.MULTILINE):
            found[name] = set(re.findall(r"`(\w+)`", gets)) | also
    return found


def test_every_template_gets_what_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    got: dict[str, set[str]] = {}
    render = Templates.render

    def spied(self: Templates, name: str, values: Mapping[str, Any]) -> str:
        got.setdefault(name, set()).update(values)
        return render(self, name, values)

    monkeypatch.setattr(Templates, "render", spied)
    build(sample.config(), [sample.published()], Templates())
    said = listed()
    for name, values in got.items():
        assert said[name] == values, name
    assert {"home.html", "issue.html", "companion.html", "search.html", "feed_entry.html"} <= set(
        got
    )


def test_every_template_is_named() -> None:
    for path in built_in().glob("*.*"):
        assert f"`{path.name}`" in TEXT, f"{path.name} is not documented"
    for name in listed():
        assert (built_in() / name).is_file(), f"there is no {name}"


@pytest.mark.parametrize(
    "kind", [Head, IssueCard, EntryCard, IssueBody, EntryBody, Pointer, Companion, Shown, Year]
)
def test_every_part_of_a_value_is_named(kind: type) -> None:
    for field in dataclasses.fields(kind):
        assert f"`{field.name}`" in TEXT, f"{kind.__name__}.{field.name}"
