from __future__ import annotations

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import MachineError, Refused
from digest.publish.writer import MANIFEST, Written, standing, stands, write

OLD = {"index.html": b"old", "issues/1/index.html": b"one", "style.css": b"ink"}


def tree(folder: Path) -> dict[str, bytes]:
    """What stands in a folder, the manifest aside."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def test_it_says_what_became_of_every_path(tmp_path: Path) -> None:
    assert write(tmp_path, OLD) == Written(added=tuple(OLD))
    new = {"index.html": b"new", "style.css": b"ink", "issues/2/index.html": b"two"}
    assert write(tmp_path, new) == Written(
        added=("issues/2/index.html",),
        changed=("index.html",),
        removed=("issues/1/index.html",),
        same=("style.css",),
    )
    assert tree(tmp_path) == new
    assert not (tmp_path / "issues/1").exists()


def test_without_a_change_nothing_is_written(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert write(tmp_path, OLD) == Written(same=tuple(OLD))
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}


def test_a_file_of_somebody_else_stays(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    (tmp_path / "issues/1/notes.txt").write_text("mine")
    (tmp_path / "CNAME").write_text("mine")
    write(tmp_path, {"index.html": b"new"})
    assert set(tree(tmp_path)) == {"index.html", "issues/1/notes.txt", "CNAME"}


def test_a_file_of_somebody_else_is_not_replaced(tmp_path: Path) -> None:
    write(tmp_path, {"style.css": b"ink"})
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(Refused, match=r"index\.html"):
        write(tmp_path, {"index.html": b"new", "style.css": b"changed"})
    assert tree(tmp_path) == {"index.html": b"mine", "style.css": b"ink"}


def test_an_equal_file_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes(b"old")
    assert write(tmp_path, OLD).same == ("index.html",)
    assert write(tmp_path, {}).removed == tuple(OLD)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../out",
        "a/../../out",
        "a//b",
        "a/",
        "./a",
        "a\\b",
        "a\x00b",
        "a\nb",
        "C:a",
        MANIFEST,
        ".digest-staging/x",
    ],
)
def test_no_path_leads_out_or_into_the_writers_own_files(tmp_path: Path, path: str) -> None:
    with pytest.raises(Refused):
        write(tmp_path / "site", {"index.html": b"", path: b""})
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("pair", [("a.html", "A.html"), ("\u00e9", "e\u0301"), ("a", "a/b")])
def test_no_file_is_written_twice(tmp_path: Path, pair: tuple[str, str]) -> None:
    with pytest.raises(Refused):
        write(tmp_path / "site", dict.fromkeys(pair, b""))
    assert not (tmp_path / "site").exists()


def test_a_link_is_never_followed(tmp_path: Path) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    write(site, OLD)
    (site / "issues/1/index.html").unlink()
    (site / "issues/1").rmdir()
    (site / "issues/1").symlink_to(elsewhere)
    (elsewhere / "index.html").write_text("mine")
    with pytest.raises(Refused):
        write(site, OLD)
    with pytest.raises(Refused):
        write(site, {"index.html": b"old"})
    assert tree(elsewhere) == {"index.html": b"mine"}


def test_a_file_where_a_folder_must_be_is_refused_in_time(tmp_path: Path) -> None:
    (tmp_path / "issues").write_text("mine")
    with pytest.raises(Refused, match="folder"):
        write(tmp_path, OLD)
    assert tree(tmp_path) == {"issues": b"mine"}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"files": 3}', '{"pages": []}', '{"files": {"a": ["b"]}}']
)
def test_a_damaged_manifest_owns_nothing(tmp_path: Path, text: str) -> None:
    write(tmp_path, OLD)
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(Refused, match="damaged"):
        write(tmp_path, {})
    assert tree(tmp_path) == OLD


def test_a_forged_manifest_reaches_nothing_outside(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    site = tmp_path / "site"
    write(site, OLD)
    (site / MANIFEST).write_text(
        json.dumps({"files": {"../precious": ["", ""], "index.html": ["", ""]}})
    )
    write(site, {})
    assert (tmp_path / "precious").read_text() == "mine"
    assert not (site / "index.html").exists()


def test_a_full_disk_leaves_the_old_site_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, OLD)
    new = {"index.html": b"new", "issues/2/index.html": b"two"}
    real, calls = Path.write_bytes, iter(range(99))

    def full(path: Path, body: Any) -> int:
        if next(calls) == 1:
            raise OSError(28, "No space left on device", str(path))
        return real(path, body)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(MachineError, match="No space"):
        write(tmp_path, new)
    assert tree(tmp_path) == OLD
    assert write(tmp_path, new).removed == ("issues/1/index.html", "style.css")


def test_a_crash_between_two_files_orphans_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, OLD)
    new = {f"new/{number}.html": b"new" for number in range(4)}
    real = Path.replace

    def crash(path: Path, target: Any) -> Path:
        if str(target).endswith("2.html"):
            raise KeyboardInterrupt
        return real(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", crash)
        with pytest.raises(KeyboardInterrupt):
            write(tmp_path, new)
    assert OLD.items() <= tree(tmp_path).items()
    assert write(tmp_path, {}).removed == (
        "index.html",
        "issues/1/index.html",
        "new/0.html",
        "new/1.html",
        "style.css",
    )
    assert tree(tmp_path) == {}


def test_a_folder_that_cannot_be_made_is_the_machines_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(MachineError, match="cannot be written"):
        write(tmp_path / "file/site", OLD)


def test_files_can_be_read_by_a_server(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    mask = os.umask(0)
    os.umask(mask)
    assert (tmp_path / "index.html").stat().st_mode & 0o777 == 0o666 & ~mask


sites = st.dictionaries(
    st.sampled_from(["a", "b/c", "b/d/e", "f.html", "g/h"]), st.binary(max_size=2), max_size=5
)


@given(st.lists(sites, min_size=1, max_size=4))
def test_after_any_builds_the_folder_holds_the_last(builds: list[dict[str, bytes]]) -> None:
    with TemporaryDirectory() as folder:
        for files in builds:
            write(Path(folder), files)
        assert tree(Path(folder)) == builds[-1]
        assert write(Path(folder), builds[-1]).same == tuple(sorted(builds[-1]))


def test_what_stands_is_told_with_what_it_was_made_from(tmp_path: Path) -> None:
    write(tmp_path, OLD, keys={path: f"key of {path}" for path in OLD})
    (tmp_path / "style.css").write_bytes(b"by hand")
    (tmp_path / "index.html").unlink()
    assert standing(tmp_path) == {"issues/1/index.html": "key of issues/1/index.html"}
    done = write(tmp_path, {"index.html": b"new"}, keep=standing(tmp_path))
    assert done == Written(
        added=("index.html",), removed=("style.css",), same=("issues/1/index.html",)
    )
    assert standing(tmp_path).keys() == {"index.html", "issues/1/index.html"}


def test_new_keys_alone_are_remembered(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    assert write(tmp_path, OLD, keys=dict.fromkeys(OLD, "k")).same == tuple(OLD)
    assert set(standing(tmp_path).values()) == {"k"}


def test_a_whole_site_stands_or_does_not(tmp_path: Path) -> None:
    assert stands(tmp_path, "these") is None
    write(tmp_path, OLD, of="these")
    assert stands(tmp_path, "these") == len(OLD)
    assert stands(tmp_path, "those") is None
    write(tmp_path, {}, keep=OLD, of="those")
    assert stands(tmp_path, "those") == len(OLD)
    (tmp_path / "style.css").write_bytes(b"by hand")
    assert stands(tmp_path, "those") is None
