"""The only code that writes the site: it compares, replaces whole files, and removes what is stale.

What it wrote stands in a manifest among the site's files; a file that is not in it belongs to
somebody else and is never touched. All new bytes are on the disk before the first old file is
replaced, so that a full disk or a crash on the way leaves the old site whole.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from stat import S_ISREG

from digest.errors import MachineError, Refused
from digest.model import NOTHING

MANIFEST = ".digest-manifest.json"
_STAGING = ".digest-staging"

_NO_NAMES = frozenset({"", ".", ".."})
_NOT_IN_NAMES = frozenset('\\\x00:*?"<>|')

Manifest = dict[str, list[str]]
"""Path -> digest and key."""


@dataclass(frozen=True, slots=True)
class Written:
    """What writing did to each path of the site, every tuple in alphabetical order."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()


def write(
    folder: Path,
    files: Mapping[str, bytes],
    *,
    keep: Collection[str] = (),
    keys: Mapping[str, str] = NOTHING,
    of: str = "",
) -> Written:
    """Make the site in `folder` hold exactly `files`, beside whatever else is there.

    Args:
        folder: The site's folder; made where it is missing.
        files: Path, with `/` between its parts and relative to `folder`, to bytes.
        keep: Further files of the site, which stand as `standing` found them.
        keys: What each file was made from, for `standing` to tell next time.
        of: A digest of what the whole site was made from, for `stands` to know next time.

    Raises:
        Refused: a path leads out of the folder, two paths are one file on some system, or a file
            that the site needs belongs to somebody else. Nothing was written.
        MachineError: the disk is full or may not be written to.
    """
    _check_paths([*files, *keep])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before, old = _read_manifest(folder)
        _check_folders(folder, files)
        fate = {path: _fate(folder, path, body, old) for path, body in sorted(files.items())}
        new = {path: [_digest(body), keys.get(path, "")] for path, body in files.items()}
        new |= {path: old[path] for path in keep}
        stale = (path for path in old.keys() - new.keys() if _is_file(folder / path))
        written = Written(
            added=_those(fate, "added"),
            changed=_those(fate, "changed"),
            removed=tuple(sorted(stale)),
            same=tuple(sorted([*_those(fate, "same"), *keep])),
        )
        if (of, new) != (before, old) or written.added or written.changed:
            _apply(folder, files, written, old, new, of)
        else:
            _clear(folder)  # what a build that was killed left behind
    except OSError as problem:
        raise MachineError(
            f"the site cannot be written: {problem.strerror or problem}",
            where=str(problem.filename or folder),
            cure="Check the permissions and the space on that disk, then build again.",
        ) from problem
    return written


def standing(folder: Path) -> dict[str, str]:
    """The site's files that stand as they were written, each with its key.

    Raises:
        Refused: the manifest is damaged.
        MachineError: a file cannot be read.
    """
    with _readable(folder):
        return dict(_standing(folder, _read_manifest(folder)[1]))


def stands(folder: Path, of: str) -> int | None:
    """How many files the site has, if it was made of just this and each stands as it was written.

    None where anything is to be made. What a build that was killed left behind is removed.

    Raises:
        Refused, MachineError: as `standing` raises them.
    """
    with _readable(folder):
        before, old = _read_manifest(folder)
        if before != of or sum(1 for _ in _standing(folder, old)) < len(old):
            return None
        _clear(folder)
        return len(old)


@contextlib.contextmanager
def _readable(folder: Path) -> Iterator[None]:
    """Say what kept the site from being read."""
    try:
        yield
    except OSError as problem:
        raise MachineError(
            f"the site cannot be read: {problem.strerror or problem}",
            where=str(problem.filename or folder),
            cure="Check the permissions on that folder.",
        ) from problem


def _standing(folder: Path, own: Manifest) -> Iterator[tuple[str, str]]:
    """The files that stand as they were written, each with its key."""
    for path, (digest, key) in own.items():
        target = f"{folder}/{path}"  # a path object for each of thousands costs more than the rest
        if S_ISREG(_mode(target)) and _digest(_read(target)) == digest:
            yield path, key


def _mode(target: str) -> int:
    """The kind of a file, 0 where there is none; a link is a link, wherever it leads."""
    try:
        return os.stat(target, follow_symlinks=False).st_mode  # noqa: PTH116 - see `_standing`
    except (FileNotFoundError, NotADirectoryError):
        return 0


def _read(target: str) -> bytes:
    with open(target, "rb", buffering=0) as file:  # noqa: PTH123 - see `_standing`
        return file.read()


def _digest(body: bytes) -> str:
    return sha256(body).hexdigest()[:32]


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _those(fate: Mapping[str, str], kind: str) -> tuple[str, ...]:
    return tuple(path for path, each in fate.items() if each == kind)


# ------------------------------------------------------------------------------- before anything


def _check_paths(paths: Collection[str]) -> None:
    """Refuse paths that leave the folder, and paths that are one file on some file system."""
    seen: dict[str, str] = {}
    folders: dict[str, str] = {}
    for path in paths:
        if not is_inside(path):
            raise Refused("a page would be written outside the site's folder", where=repr(path))
        # ASCII is its own normal form
        folded = path.lower() if path.isascii() else _folded(path)
        if folded in seen:
            raise Refused(f"two pages would be one file: {seen[folded]!r}", where=repr(path))
        seen[folded] = path
        parent = folded.rpartition("/")[0]
        while parent and parent not in folders:
            folders[parent] = path
            parent = parent.rpartition("/")[0]
    for folded in seen.keys() & folders.keys():
        raise Refused(
            f"a page would also be a folder: {seen[folded]!r}", where=repr(folders[folded])
        )


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def is_inside(path: str) -> bool:
    """Whether a path of the site stays in its folder, and out of the writer's own files."""
    parts = path.split("/")
    return (
        _NO_NAMES.isdisjoint(parts)
        and _NOT_IN_NAMES.isdisjoint(path)
        and parts[0] not in (MANIFEST, _STAGING)
        and path.isprintable()
    )


def _read_manifest(folder: Path) -> tuple[str, Manifest]:
    """What the site was made from, and what earlier builds wrote."""
    try:
        whole = json.loads((folder / MANIFEST).read_bytes())
        listed = whole["files"].items()
        found = {path: [str(digest), str(key)] for path, (digest, key) in listed}
        of = str(whole.get("of", ""))
    except FileNotFoundError:
        return "", {}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused(
            "the list of the site's own files is damaged",
            where=str(folder / MANIFEST),
            cure="Move the folder away and build again: the whole site is made anew.",
        ) from None
    return of, {path: parts for path, parts in found.items() if is_inside(path)}


def _fate(folder: Path, path: str, body: bytes, own: Manifest) -> str:
    """`added`, `changed` or `same`; refused where the file there is not the site's own."""
    target = folder / path
    try:
        old = target.read_bytes() if not target.is_symlink() else None
    except FileNotFoundError:
        return "added"
    except IsADirectoryError:
        old = None
    if old == body:
        return "same"
    if path not in own or old is None:
        raise Refused(
            "this file is in the way of the site and was not written by it",
            where=str(target),
            cure="Move it away, then build again.",
        )
    return "changed"


def _check_folders(folder: Path, paths: Iterable[str]) -> None:
    """Refuse paths whose folders are something else, each folder looked at once."""
    for parent in sorted(set(_folders(paths))):
        here = folder / parent
        if here.is_symlink() or (here.exists() and not here.is_dir()):
            raise Refused(
                "something else stands where the site needs a folder",
                where=str(here),
                cure="Move it away, then build again.",
            )


def _folders(paths: Iterable[str]) -> Iterator[str]:
    """The folders that some paths stand in, each with those around it."""
    for folder in {path.rpartition("/")[0] for path in paths}:
        parts = folder.split("/") if folder else []
        yield from ("/".join(parts[:count]) for count in range(1, len(parts) + 1))


# ------------------------------------------------------------------------------------- then, once


def _apply(
    folder: Path,
    files: Mapping[str, bytes],
    written: Written,
    old: Manifest,
    new: Manifest,
    of: str,
) -> None:
    staging = _clear(folder)
    staging.mkdir()
    fresh = (*written.added, *written.changed)
    try:
        for number, path in enumerate(fresh):
            (staging / str(number)).write_bytes(files[path])
        # Until the end the manifest owns old and new, so that a crash orphans neither.
        _write_manifest(folder, staging, {**new, **old}, "")
        for parent in sorted(set(_folders(fresh))):
            (folder / parent).mkdir(exist_ok=True)
        for number, path in enumerate(fresh):
            (staging / str(number)).replace(folder / path)
        _remove(folder, written.removed)
        _write_manifest(folder, staging, new, of)
    finally:
        _clear(folder)


def _clear(folder: Path) -> Path:
    """Remove the folder that new files wait in; where it stood."""
    staging = folder / _STAGING
    shutil.rmtree(staging, ignore_errors=True)
    return staging


def _write_manifest(folder: Path, staging: Path, manifest: Manifest, of: str) -> None:
    lines = (
        f"{json.dumps(path, ensure_ascii=False)}: {json.dumps(manifest[path])}"
        for path in sorted(manifest)
    )
    text = ",\n".join(lines)
    text = f'{{"of": {json.dumps(of)}, "files": {{\n{text}\n}}}}\n'
    (staging / MANIFEST).write_text(text, encoding="utf-8")
    (staging / MANIFEST).replace(folder / MANIFEST)


def _remove(folder: Path, stale: Iterable[str]) -> None:
    """Remove files, and the folders that are empty without them."""
    for path in stale:
        _check_folders(folder, [path])
        (folder / path).unlink(missing_ok=True)
        for parent in PurePosixPath(path).parents[:-1]:
            with contextlib.suppress(OSError):
                (folder / parent).rmdir()  # one that holds anything stays
