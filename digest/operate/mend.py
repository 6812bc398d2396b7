"""`digest doctor --mend`: what can be mended without losing anything, in the order of its price.

First what is made again from the rest (indexes, the search index), then tags; a backup takes the
place of the database only where its pages cannot be read, and the damaged file stays beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from digest.errors import ConfigError, DigestError, MachineError
from digest.operate.doctor import look
from digest.operate.findings import Finding, Place
from digest.operate.kept import database
from digest.pipeline.backup import newest_first
from digest.pipeline.project import Project
from digest.pipeline.sort import sort
from digest.store import upkeep
from digest.store.database import Store
from digest.store.soundness import examine, is_damage, rebuild


def mend(place: Place, findings: Sequence[Finding]) -> list[Finding]:
    """Mend what can be mended; what remains is in the findings that come back.

    To be called while the run's lock is held: a database that somebody writes to is not replaced.
    """
    if not any(one.mend for one in findings):
        return list(findings)
    others = [one for one in findings if one.check != "database"]
    done: list[Finding] = []
    try:
        done = _database(place)
    except DigestError as problem:
        done.append(Finding("database", "wrong", problem.message, problem.cure))
    return [*others, *done, *look("database", database, place)]


def _database(place: Place) -> list[Finding]:
    done = []
    if not place.database.exists() or place.database.stat().st_size == 0:
        return [_restore(place)]
    found = examine(place.database)
    if found.indexes or found.search:
        try:
            rebuild(place.database, found)
            done.append(_mended("made the indexes anew from what is stored"))
        except MachineError as problem:
            if not is_damage(problem):
                raise
        found = examine(place.database)
    if found.pages:
        done.append(_restore(place))
        found = examine(place.database)
    if found.tags:
        done.append(_retag(place))
    if found.roomy and not found.pages:
        with Store.open(place.database, create=False) as store:
            upkeep.vacuum(store)
        done.append(_mended("gave back the empty space"))
    return done


def _mended(message: str) -> Finding:
    return Finding("database", "mended", message)


def _restore(place: Place) -> Finding:
    """The newest backup that is sound, in the place of the database."""
    path = place.database
    for backup in newest_first(path.parent / "backups"):
        try:
            if backup.stat().st_size == 0:
                continue
            aside = upkeep.restore(backup, path)
        except MachineError as problem:
            if is_damage(problem):
                continue
            raise
        kept = f"; what was there is kept as {aside.name}" if aside else ""
        return _mended(f"{backup.name} is in the place of the database{kept}")
    raise MachineError(
        "no sound backup was found",
        where=str(path.parent / "backups"),
        cure="Leave the damaged file as it is; SQLite's `.recover` may read it.",
    )


def _retag(place: Place) -> Finding:
    """Compute every tag again; what the editor decided is not among them."""
    if place.config is None:
        raise ConfigError("tags need the themes of sources.yaml", cure="Mend sources.yaml first.")
    with Project.open(place.sources_yaml, now=place.now) as project:
        project.store.tags.drop_themes(())
        sorted_ = sort(project)
    return _mended(f"computed {sorted_.tagged} tags again")
