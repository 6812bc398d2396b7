from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment
from jinja2.meta import find_undeclared_variables

from digest.errors import ConfigError
from digest.publish.site import build
from digest.publish.templates import Templates, built_in
from tests.publish import sample


def test_a_file_of_the_project_stands_in_for_one_built_in(tmp_path: Path) -> None:
    (tmp_path / "tale.html").write_text("<p>No tale today.</p>")
    files = build(sample.config(), [sample.published()], Templates(tmp_path), pictures=False)
    page = files["issues/2026-w13/index.html"].decode()
    assert "<p>No tale today.</p>" in page
    assert "The Harbour Light" in page


def test_the_style_sheet_is_overridden_likewise(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("body { color: navy }")
    files = build(sample.config(), [], Templates(tmp_path), pictures=False)
    assert files["style.css"] == b"body { color: navy }"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("<p>\n{% if %}\n", 2, "Expected an expression"),
        ("<p>\n\n{{ nothing_such }}\n", 3, "nothing_such"),
        ("\n{{ 1 // 0 }}\n", 2, "ZeroDivisionError"),
        ("\n{{ newsletter.titel }}", 2, "Newsletter has no 'titel'"),
        ("\n{% include 'absent.html' %}", 2, "absent.html"),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    (tmp_path / "tale.html").write_text(text)
    with pytest.raises(ConfigError, match=words) as caught:
        build(sample.config(), [sample.published()], Templates(tmp_path), pictures=False)
    assert caught.value.where == f"{tmp_path / 'tale.html'}:{line}"


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="UTF-8") as caught:
        Templates(tmp_path).text("style.css")
    assert caught.value.where == str(tmp_path / "style.css")


def test_the_fingerprint_follows_the_files(tmp_path: Path) -> None:
    before = Templates(tmp_path).fingerprint()
    assert Templates(None).fingerprint() == before
    (tmp_path / "tale.html").write_text("x")
    after = Templates(tmp_path).fingerprint()
    assert after != before
    (tmp_path / "tale.html").write_text("y")
    assert Templates(tmp_path).fingerprint() not in {before, after}


def test_the_built_in_templates_are_there() -> None:
    assert (built_in() / "base.html").is_file()
    assert "@media print" in Templates().text("style.css")


SHARED = {"newsletter", "themes", "trackers", "head", "root", "paths"}
SAYS = re.compile(
    r"\{# (?P<from>Gets what every page gets, and|Every page gets|Gets"
    r"|Included by (?P<by>\S+)\. Gets what it gets(, and)?)(: (?P<names>.*))?\. #\}\n"
)


def gets(name: str) -> set[str]:
    """What a template says of itself that it gets."""
    says = SAYS.match((built_in() / name).read_text(encoding="utf-8"))
    assert says, f"{name} does not say what it gets"
    names = set((says["names"] or "").split(", "))
    if says["by"]:
        return names | gets(says["by"])
    return names | SHARED if "every page gets, and" in says["from"] else names


def test_every_template_says_what_it_gets() -> None:
    for path in sorted(built_in().glob("*.*")):
        if path.suffix not in {".html", ".svg"} or path.name == "macros.html":
            continue
        tree = Environment().parse(path.read_text(encoding="utf-8"))
        used = find_undeclared_variables(tree) - {"show", "card", "one", "tale"}
        assert used <= gets(path.name), path.name
