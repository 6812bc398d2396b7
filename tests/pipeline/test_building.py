"""A build that finds nothing to do does nothing; one that does leaves what a whole build gives."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT
from tests.pipeline.conftest import Desk
from tests.pipeline.test_week import fill

HEAVY = {"jinja2", "markdown_it", "PIL", "lxml", "css_inline", "pagefind_bin", "numpy"}


@pytest.fixture
def out(desk: Desk) -> Desk:
    """A project with an issue that is out, built."""
    fill(desk)
    desk("publish")
    return desk


def made(desk: Desk) -> dict[str, bytes]:
    """Every file of the site and every mail, without the lists of them."""
    return {
        path.relative_to(desk.folder).as_posix(): path.read_bytes()
        for name in ("site", "mail")
        for path in sorted((desk.folder / "data" / name).rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def anew(desk: Desk) -> dict[str, bytes]:
    """What a build gives where nothing has been built yet."""
    for name in ("site", "mail"):
        shutil.move(desk.folder / "data" / name, desk.folder / "data" / f"{name}-before")
    assert desk("build")[0] == 0
    return made(desk)


def test_where_nothing_changed_nothing_is_read_and_nothing_that_renders_is_loaded(
    out: Desk,
) -> None:
    before = made(out)
    code = (
        "import sys; from digest.cli.main import main; import digest.store.issues as issues;"
        "issues.from_json = None; print(main(['-C', sys.argv[1], 'build']));"
        "print(*{one.partition('.')[0] for one in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(out.folder)],
        capture_output=True, text=True, check=True, cwd=CHECKOUT,
    )  # fmt: skip
    assert done.stdout.endswith("files, nothing changed\n0\n")
    assert not HEAVY & set(done.stderr.split())
    assert made(out) == before


def by_hand(desk: Desk) -> None:
    (desk.folder / "data/site/index.html").write_text("by hand", encoding="utf-8")


def lost(desk: Desk) -> None:
    (desk.folder / "data/site/feed.xml").unlink()


def a_mail(desk: Desk) -> None:
    next((desk.folder / "data/mail").glob("*.txt")).write_text("by hand", encoding="utf-8")


def a_template(desk: Desk) -> None:
    folder = desk.folder / "templates"
    folder.mkdir()
    (folder / "favicon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")


def the_title(desk: Desk) -> None:
    path = desk.folder / "sources.yaml"
    text = path.read_text(encoding="utf-8")
    assert "title: Slow Takeoff" in text
    path.write_text(text.replace("title: Slow Takeoff", "title: Slower", 1), encoding="utf-8")


def the_mails_sender(desk: Desk) -> None:
    path = desk.folder / "sources.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "\nmail:\n  sender: quill@harbour.example\n", encoding="utf-8")


def a_row(desk: Desk) -> None:
    assert desk("tracker", "add", "rsi-examples", "2026", "A new one", "-")[0] == 0


def a_stored_text(desk: Desk) -> None:
    """As a database brought from elsewhere may hold it."""
    desk.change("UPDATE snapshots SET issue = replace(issue, 'Thanks for reading', 'Good night')")


@pytest.mark.parametrize(
    "change",
    [by_hand, lost, a_mail, a_template, the_title, the_mails_sender, a_row, a_stored_text],
)
def test_after_any_change_a_build_leaves_what_a_whole_build_gives(
    out: Desk, change: Callable[[Desk], None]
) -> None:
    before = made(out)
    change(out)
    out.move(out.now + timedelta(hours=1))
    assert out("build")[0] == 0
    after = made(out)
    assert after == anew(out)
    # what was spoilt is put right, what was said anew is shown
    assert (after == before) == (change in (by_hand, lost, a_mail))


def test_a_project_may_move(out: Desk, tmp_path: Path) -> None:
    shutil.copytree(out.folder, tmp_path / "elsewhere")
    moved = Desk(tmp_path / "elsewhere", out.web, out.now)
    manifest = (out.folder / "data/site/.digest-manifest.json").read_bytes()
    assert moved("build")[1].endswith("nothing changed\n")
    assert (moved.folder / "data/site/.digest-manifest.json").read_bytes() == manifest
