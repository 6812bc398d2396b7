from __future__ import annotations

from pathlib import Path

import pytest

from digest.config.themes import named_themes, read_themes
from digest.errors import ConfigError


def ids(folder: Path, text: str) -> list[str]:
    (folder / "themes.yaml").write_text(text, encoding="utf-8")
    return [theme.id for theme in read_themes(folder / "themes.yaml")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- Plain\n- 'Harms: Bias'\n- 2024\n", ["Plain", "Harms: Bias", "2024"]),
        ("- Harms: Bias\n- Plain\n", ["Harms: Bias", "Plain"]),
        ("themes:\n- {id: a, title: A}\n- b\n", ["a", "b"]),
        ("themes:\n  a: What a is.\n  b:\n  c: {title: C}\n", ["a", "b", "c"]),
        ("'Harms: Bias': Unfair treatment.\nPlain:\n", ["Harms: Bias", "Plain"]),
        ("- {title: Of a name}\n- {name: Likewise, description: D}\n", ["Of a name", "Likewise"]),
        ('["Harms: Bias", "Plain"]', ["Harms: Bias", "Plain"]),
    ],
)
def test_themes_are_read_in_every_form_they_come_in(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    assert ids(tmp_path, text) == expected


def test_what_is_missing_is_the_name(tmp_path: Path) -> None:
    (tmp_path / "themes.yaml").write_text("a: What a is.\nb:\nc: {keywords: [x, y]}\n")
    first, second, third = read_themes(tmp_path / "themes.yaml")
    assert (first.title, first.description) == ("a", "What a is.")
    assert (second.title, second.description) == ("b", "b")
    assert third.keywords == ("x", "y")


@pytest.mark.parametrize(
    "text", ["[]", "3", "- {description: nameless, arxiv: []}\n", "- [a, b]\n"]
)
def test_what_is_no_theme_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError) as raised:
        ids(tmp_path, text)
    assert "themes.yaml:1" in str(raised.value.where)


def test_names_alone_are_themes_in_order() -> None:
    assert [theme.id for theme in named_themes(["b", "a", "b"])] == ["a", "b"]
