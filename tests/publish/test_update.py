from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.config.schema import Config
from digest.errors import ConfigError
from digest.publish import bodies
from digest.publish.site import build, shared, update
from digest.publish.templates import Templates
from digest.publish.values import Published
from digest.publish.writer import MANIFEST, Written
from tests.conftest import CHECKOUT
from tests.publish import sample
from tests.publish.test_writer import tree

TEMPLATES = Templates()


def updated(folder: Path, issues: Sequence[Published], config: Config | None = None) -> Written:
    return update(shared(config or sample.config(), issues, TEMPLATES), folder, pictures=False)


def test_a_second_build_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    issues = [sample.published(number) for number in range(1, 5)]
    first = updated(tmp_path, issues)
    manifest = (tmp_path / MANIFEST).read_bytes()
    monkeypatch.setattr(bodies, "block", lambda *_, **__: pytest.fail("something was made anew"))
    again = updated(tmp_path, issues)
    assert again == Written(same=first.added)
    assert (tmp_path / MANIFEST).read_bytes() == manifest


BUILD = """
import sys
from pathlib import Path
from digest.publish.mail import make_mails
from digest.publish.site import shared, update
from digest.publish.templates import Templates
from tests.conftest import CHECKOUT
from tests.publish import sample
issues = [sample.published(1), sample.corrected(2), sample.unfinished(3)]
site = shared(sample.config(), issues, Templates(), sample.filed())
mails = make_mails(site, Path(sys.argv[1]) / "mail").write()
print(update(site, Path(sys.argv[1]) / "site"), mails)
"""


def test_what_one_process_built_another_leaves_alone(tmp_path: Path) -> None:
    """Whatever a process decides for itself, such as the order of sets, is in no key."""
    said, trees = [], []
    for seed in ("1", "2"):
        command = [sys.executable, "-c", BUILD, str(tmp_path)]
        surroundings = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            command, env=surroundings, cwd=CHECKOUT, check=True, capture_output=True, text=True
        )
        said.append(done.stdout)
        found = [one for one in tmp_path.rglob("*") if one.is_file()]
        trees.append({one: (one.read_bytes(), one.stat().st_mtime_ns) for one in found})
    assert said[0].count("added=('") == 2
    assert said[1].count("added=(), changed=(), removed=()") == 2
    assert trees[0] == trees[1]


def test_what_a_killed_build_left_behind_is_removed(tmp_path: Path) -> None:
    issues = [sample.published()]
    updated(tmp_path, issues)
    (tmp_path / ".digest-staging").mkdir()
    (tmp_path / ".digest-staging/1").write_text("half")
    assert not updated(tmp_path, issues).changed
    assert not (tmp_path / ".digest-staging").exists()


def test_one_change_makes_only_what_depends_on_it(tmp_path: Path) -> None:
    issues = [sample.published(number) for number in range(1, 9)]
    updated(tmp_path, issues)
    issues[7] = sample.published(8, entries=(sample.entry(body="Put right."),))
    done = updated(tmp_path, issues)
    changed = {path for path in done.changed if path.startswith("issues/")}
    assert changed == {"issues/2026-w09/index.html"}
    assert "feed.xml" in done.changed
    assert "archive/index.html" in done.same


def test_what_was_altered_or_lost_by_hand_is_mended(tmp_path: Path) -> None:
    issues = [sample.published()]
    updated(tmp_path, issues)
    (tmp_path / "index.html").write_text("by hand")
    (tmp_path / "style.css").unlink()
    done = updated(tmp_path, issues)
    assert (done.changed, done.added) == (("index.html",), ("style.css",))
    assert tree(tmp_path) == build(sample.config(), issues, TEMPLATES, pictures=False)


def test_a_template_that_fails_leaves_the_old_site(tmp_path: Path) -> None:
    site, own = tmp_path / "site", tmp_path / "templates"
    updated(site, [sample.published()])
    before = tree(site)
    own.mkdir()
    (own / "themes.html").write_text("{{ oh no }}")
    with pytest.raises(ConfigError):
        update(shared(sample.config(), [sample.published(1)], Templates(own)), site)
    assert tree(site) == before


numbers = st.lists(st.integers(1, 4), unique=True, max_size=3)
words = st.sampled_from(["", "one", "two [[why: x]]"])
changes = st.lists(st.tuples(numbers, words, words, st.booleans()), min_size=2, max_size=3)


@settings(deadline=None, max_examples=15)
@given(changes)
def test_after_any_changes_the_folder_holds_what_a_whole_build_gives(
    steps: list[tuple[list[int], str, str, bool]],
) -> None:
    with TemporaryDirectory() as folder:
        for numbers, subtitle, editor, corrected in steps:
            issues = [
                sample.corrected(number) if corrected else sample.published(number)
                for number in numbers
            ]
            issues = [replace(one, issue=replace(one.issue, subtitle=subtitle)) for one in issues]
            newsletter = sample.newsletter().model_copy(update={"editor": editor})
            config = sample.config().model_copy(update={"newsletter": newsletter})
            updated(Path(folder), issues, config)
            assert tree(Path(folder)) == build(config, issues, TEMPLATES, pictures=False)
