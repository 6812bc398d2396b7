"""`digest doctor`: look at everything that a run needs, and say what is wrong and what cures it.

Every check stands alone: one that fails never keeps the next from looking. Nothing is changed here;
`digest.operate.mend` does that.
"""

from __future__ import annotations

import errno
import importlib.metadata
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from digest import __version__
from digest.config.load import load
from digest.config.schema import Config
from digest.errors import DigestError, at
from digest.language import embedding
from digest.operate.findings import Finding, Place
from digest.operate.kept import backups, database
from digest.publish.templates import built_in
from digest.store.database import Store

if TYPE_CHECKING:
    from packaging.requirements import Requirement

ROOM = 200_000_000
"""Bytes that must be free on the disk, beside room for one more copy of the database."""

_FAILING = "Mount that disk for writing; one that turned read-only by itself is failing."


Check = Callable[[Place], Iterator[Finding]]


def visit(sources_yaml: Path, now: datetime) -> tuple[Place, list[Finding]]:
    """Look at everything, and return what each check found, in a fixed order."""
    config, trouble = _configuration(sources_yaml)
    place = Place(sources_yaml, config, now)
    found = [trouble]
    for name, check in CHECKS:
        found += look(name, check, place)
    return place, found


def look(name: str, check: Check, place: Place) -> list[Finding]:
    """What one check finds; an error that stops it is a finding too."""
    found: list[Finding] = []
    try:
        found.extend(check(place))
    except (DigestError, OSError) as problem:
        found.append(_trouble(name, problem))
    return found


def _trouble(name: str, problem: DigestError | OSError) -> Finding:
    if isinstance(problem, OSError):
        cure = "Check the permissions and the disk."
        return Finding(name, "wrong", f"{problem.filename}: {problem.strerror}", cure)
    where = f"{problem.where}: " if problem.where else ""
    return Finding(name, "wrong", where + problem.message, problem.cure)


def _configuration(path: Path) -> tuple[Config | None, Finding]:
    name = "sources.yaml"
    try:
        config = load(path)
    except DigestError as problem:
        return None, _trouble(name, problem)
    on = sum(source.enabled for source in config.sources)
    if not config.themes or not on:
        what = "no theme" if not config.themes else "no source that is switched on"
        return config, Finding(name, "note", f"{path} has {what}", "Add one.")
    return config, Finding(name, "ok", f"{on} sources, {len(config.themes)} themes")


# ------------------------------------------------------------------------------------- the program


def versions(_place: Place) -> Iterator[Finding]:
    """Python, digest, and each package that digest needs."""
    try:
        needed = importlib.metadata.requires("digest") or []
    except importlib.metadata.PackageNotFoundError:
        needed = []
    missing, unfit = [], []
    for need in _requirements(needed):
        version = _installed(need.name)
        if version is None:
            missing.append(need.name)
        elif not need.specifier.contains(version, prereleases=True):
            unfit.append(f"{need.name} {version} ({need.specifier} is needed)")
    cure = "Install digest again, with everything that it needs."
    if missing:
        yield Finding("versions", "wrong", f"not installed: {', '.join(missing)}", cure)
    if unfit:
        yield Finding("versions", "wrong", f"not fit: {', '.join(unfit)}", cure)
    if missing or unfit:
        return
    yield Finding(
        "versions",
        "ok",
        f"digest {__version__}, Python {platform.python_version()}, {len(needed)} packages",
    )


def _requirements(lines: Iterable[str]) -> Iterator[Requirement]:
    """What is needed here: on this system, with this Python, without what is optional."""
    from packaging.requirements import Requirement

    for line in lines:
        need = Requirement(line)
        if need.marker is None or need.marker.evaluate({"extra": ""}):
            yield need


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def model(_place: Place) -> Iterator[Finding]:
    """The files of the embedding model: there, and giving a vector."""
    loaded = embedding.load()
    loaded.embed(["a word"])
    yield Finding("model", "ok", loaded.name)


def templates(place: Place) -> Iterator[Finding]:
    """The project's own templates: readable, and each in the place of a built-in one."""
    own = place.sources_yaml.parent / "templates"
    known = built_in()
    if not own.is_dir() or own.samefile(known):
        yield Finding("templates", "ok", "the built-in ones")
        return
    files = [file.relative_to(own) for file in sorted(own.rglob("*")) if file.is_file()]
    strange = [str(file) for file in files if not (known / file).is_file()]
    faults = [fault for file in files if file.suffix == ".html" for fault in _fault(own / file)]
    yield from faults
    if strange:
        yield Finding(
            "templates",
            "note",
            f"no built-in template has this name: {', '.join(strange)}",
            "Only a file that is named as a built-in one takes its place.",
        )
    if not faults:
        yield Finding("templates", "ok", f"{len(files) - len(strange)} of your own")


def _fault(file: Path) -> Iterator[Finding]:
    from jinja2 import Environment, TemplateSyntaxError

    cure = "Mend it, or delete it to use the built-in one."
    try:
        Environment(autoescape=True).parse(file.read_text(encoding="utf-8"))
    except TemplateSyntaxError as problem:
        where = at(file, problem.lineno)
        yield Finding("templates", "wrong", f"{where}: {problem.message}", cure)
    except UnicodeDecodeError:
        yield Finding("templates", "wrong", f"{file} is not UTF-8", cure)


# ------------------------------------------------------------------------------------- the machine


def clock(place: Place) -> Iterator[Finding]:
    """The time zone, and a clock that does not stand before what has already happened."""
    if place.config is not None:
        newsletter = place.config.newsletter
        here = place.now.astimezone(newsletter.zone)
        yield Finding("clock", "ok", f"{here:%Y-%m-%d %H:%M} in {newsletter.timezone}")
    last = _last_run(place)
    if last is not None and place.now < last:
        yield Finding(
            "clock",
            "wrong",
            f"it is {place.now:%Y-%m-%d %H:%M} UTC, before the last run at {last:%Y-%m-%d %H:%M}",
            "Set the machine's clock: what is stored meanwhile bears a wrong time.",
        )


def _last_run(place: Place) -> datetime | None:
    try:
        with Store.open(place.database, readonly=True) as store:
            runs = store.runs.last(1)
    except DigestError:
        return None  # the check of the database tells
    return runs[0].started if runs else None


def permissions(place: Place) -> Iterator[Finding]:
    """Every folder that a run writes into takes a file; every file in it is ours to replace."""
    data = place.data
    if not data.exists():
        yield from _takes_a_file(data.parent)
        return
    found = list(_takes_a_file(data))
    if found and found[0].cure == _FAILING:
        yield found[0]  # of no folder on that disk is there more to say
        return
    for folder in (data / name for name in ("drafts", "site", "backups", "logs")):
        if folder.exists():
            found += _takes_a_file(folder)
    found += _strangers(data)
    yield from found or [Finding("permissions", "ok", f"{data} can be written")]


def _takes_a_file(folder: Path) -> Iterator[Finding]:
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as problem:
        cure = f"Give it to the user that runs digest: chown -R {_user()} {folder}"
        cures = {errno.EROFS: _FAILING, errno.ENOSPC: "Make room on that disk."}
        yield Finding(
            "permissions",
            "wrong",
            f"{folder} takes no file: {problem.strerror}",
            cures.get(problem.errno or 0, cure),
        )


def _strangers(data: Path) -> Iterator[Finding]:
    """Files of another user: what a run as root leaves behind, and cron then cannot replace."""
    files = [*data.glob("digest.db*"), *data.glob("*.lock"), *data.glob("drafts/*.md")]
    shut = [file for file in sorted(files) if not os.access(file, os.R_OK | os.W_OK)]
    if shut:
        yield Finding(
            "permissions",
            "wrong",
            f"these files may not be read and written: {', '.join(map(str, shut))}",
            f"Give them to the user that runs digest: chown -R {_user()} {data}",
        )


def _user() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def disk(place: Place) -> Iterator[Finding]:
    """Room for a second database (a backup, a migration) and some more."""
    folder = place.data if place.data.exists() else place.data.parent
    free = shutil.disk_usage(folder).free
    size = place.database.stat().st_size if place.database.exists() else 0
    said = f"{free / 1e9:.1f} GB free, the database has {size / 1e6:.1f} MB"
    if free < size + ROOM:
        cure = f"Make room on the disk of {folder}, or keep fewer backups (operate.keep_backups)."
        yield Finding("disk", "wrong", said, cure)
    else:
        yield Finding("disk", "ok", said)


CHECKS: tuple[tuple[str, Check], ...] = (
    ("versions", versions),
    ("model", model),
    ("templates", templates),
    ("clock", clock),
    ("permissions", permissions),
    ("disk", disk),
    ("database", database),
    ("backups", backups),
)
