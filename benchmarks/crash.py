"""Killed at any moment, does the next run go on as if nothing had been?

    python benchmarks/crash.py [--kills N] [--seed N] [--short] [--replay URL] [--json]

Two projects go through the same weeks: one undisturbed, one whose commands are killed (SIGKILL) at
every kind of write: before a statement of SQL, before a file is opened for writing, renamed or
removed, before a folder is made. What was killed is called again, as cron would. In the end both
databases, drafts and sites are compared row by row and byte by byte; each draft after each kill.

Commands run in children that are forked off a process which has everything loaded, so that
hundreds of kills take minutes. A child counts the moments at which it is about to write; at the
chosen one it kills itself: the same outcome as a kill from outside, at a moment that has a name and
can be repeated.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import BaseServer
from typing import Any, Protocol

from digest.demo import project
from digest.demo.server import serve

MOST = 5
"""Of one step so many are killed in a round, on average: each round goes through all the weeks."""

Moment = tuple[str, str]
"""A phase and a kind of write, such as `("fetch", "INSERT items")`."""

# ------------------------------------------------------------------------------------- the children

_TABLE = re.compile(
    r"\b(?:INTO|UPDATE|FROM|TABLE|INDEX|VIEW|TRIGGER)\s+(?:IF\s+\w+\s+)*(\w+)", re.IGNORECASE
)
_WRITES = {"INSERT", "UPDATE", "DELETE", "COMMIT", "ROLLBACK", "RELEASE", "REPLACE", "VACUUM"}
_SCHEMA = {"CREATE", "DROP", "ALTER"}
_CALLS = {
    "os.rename": "rename",
    "os.remove": "remove",
    "os.mkdir": "make folder",
    "os.rmdir": "remove folder",
}


class Watch:
    """Counts the moments of writing in a child, and kills it at the chosen one."""

    def __init__(self, folder: str, verb: str, target: tuple[Moment, int] | None) -> None:
        self.folder = folder
        self.phase = verb
        self.target = target
        self.seen: list[Moment] = []

    def moment(self, kind: str) -> None:
        """Something is about to be written."""
        here = (self.phase, kind)
        self.seen.append(here)
        if self.target and here == self.target[0] and self.seen.count(here) == self.target[1]:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, sql: str) -> None:
        """SQLite is about to run a statement."""
        word = sql.split(None, 1)[0].upper() if sql.strip() else ""
        if word in _SCHEMA:
            self.moment("schema")
        elif word in _WRITES:
            table = _TABLE.search(sql) if word in {"INSERT", "UPDATE", "DELETE"} else None
            self.moment(f"{word} {table[1]}" if table else word)

    def audit(self, event: str, details: tuple[Any, ...]) -> None:
        """Python is about to touch a file."""
        if event in _CALLS:
            path = details[1] if event == "os.rename" else details[0]
            self._file(_CALLS[event], path)
        elif event == "open" and (details[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            self._file("open", details[0])

    def _file(self, what: str, path: Any) -> None:
        name = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else ""
        if name.startswith(self.folder):
            self.moment(f"{what} {_place(name.removeprefix(self.folder))}")


def _place(path: str) -> str:
    """Which kind of file a path is, relative to the project's folder."""
    for sign, kind in (
        (".digest-staging", "staged page"),
        (".digest-manifest", "manifest"),
        ("/site", "page"),
        ("/drafts", "draft"),
        ("/backups", "backup"),
        ("/logs", "log"),
        (".lock", "lock"),
    ):
        if sign in path:
            return kind
    return "file"


def child(order: dict[str, Any]) -> None:
    """Carry out one order in this process, which then ends."""
    from digest.cli.main import main
    from digest.operate.log import Log

    watch = Watch(order["folder"], order["argv"][0], _target(order))
    connect, note = sqlite3.connect, Log.__call__

    def watched(*words: Any, **options: Any) -> sqlite3.Connection:
        raw: sqlite3.Connection = connect(*words, **options)
        raw.set_trace_callback(watch.statement)
        return raw

    def noted(log: Log, event: str, **fields: Any) -> None:
        if event == "stage":
            watch.phase = fields["name"]
        note(log, event, **fields)

    # the child ends before anybody else looks
    sqlite3.connect = watched  # type: ignore[assignment]
    Log.__call__ = noted  # type: ignore[method-assign,assignment]
    sys.addaudithook(watch.audit)
    code = main(["-C", order["folder"], "--now", order["now"], *order["argv"]])
    sys.stdout.flush()
    sys.stderr.flush()
    watch.target = None
    Path(order["seen"]).write_text(json.dumps(watch.seen))
    os._exit(code)


def _target(order: dict[str, Any]) -> tuple[Moment, int] | None:
    if order["target"] is None:
        return None
    (phase, kind), turn = order["target"]
    return (phase, kind), turn


def zygote() -> None:
    """Load everything once, then fork a child for each order that comes as a line."""
    import digest.cli.site
    import digest.cli.triage
    import digest.cli.upkeep
    import digest.cli.writing
    import digest.fetch.arxiv
    import digest.fetch.feed
    import digest.fetch.parse
    import digest.fetch.run
    import digest.pipeline.backup
    import digest.pipeline.draft
    import digest.pipeline.publish
    import digest.pipeline.rests
    import digest.pipeline.run
    import digest.pipeline.sort
    import digest.publish.mail
    import digest.publish.search
    import digest.publish.site
    import digest.store.embeddings  # noqa: F401
    from digest.language import embedding

    embedding.load()
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            out = os.open(order["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(out, 1)
            os.dup2(out, 2)
            try:
                child(order)
            finally:
                os._exit(70)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


class Digest:
    """The program, called in forked children."""

    def __init__(self, scratch: Path) -> None:
        self._seen, self._out = scratch / "seen.json", scratch / "out.txt"
        self._zygote = subprocess.Popen(
            [sys.executable, __file__, "--zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(
        self, folder: Path, now: datetime, argv: Sequence[str], target: object = None
    ) -> int:
        """Run a command; its exit code, or -9 where it was killed."""
        assert self._zygote.stdin is not None
        assert self._zygote.stdout is not None
        order = {
            "folder": str(folder),
            "now": now.isoformat(),
            "argv": list(argv),
            "target": target,
            "seen": str(self._seen),
            "out": str(self._out),
        }
        self._zygote.stdin.write(json.dumps(order) + "\n")
        self._zygote.stdin.flush()
        return int(self._zygote.stdout.readline())

    @property
    def seen(self) -> list[Moment]:
        """The moments of writing of the last command that ended by itself."""
        return [(phase, kind) for phase, kind in json.loads(self._seen.read_text())]

    @property
    def printed(self) -> str:
        """What the last command printed."""
        return self._out.read_text()

    def close(self) -> None:
        """End the process that forks."""
        assert self._zygote.stdin is not None
        self._zygote.stdin.close()
        self._zygote.wait()


# ---------------------------------------------------------------------------------------- the weeks


class Web(Protocol):
    """Something to fetch from, whose clock can be moved."""

    def move(self, at: datetime) -> None:
        """Show the web as it stood at a moment."""


@dataclass(frozen=True)
class Step:
    """A command at a moment, or, without words, the editor's hand on the draft."""

    at: datetime
    argv: tuple[str, ...]
    fine: tuple[int, ...] = (0, 3)


def sample_weeks(*, short: bool) -> list[Step]:
    """The sample web's fortnight: runs thinned out, two issues written, published, backups."""
    first = datetime(2026, 3, 12, 7, 30, tzinfo=UTC)
    if short:
        return [
            Step(first, ("run",)),
            Step(first, ()),
            Step(first + timedelta(hours=96), ("run",)),
            Step(first + timedelta(hours=96), ("publish", "2026-w12", "--force")),
            Step(first + timedelta(hours=100), ("backup",)),
        ]
    runs = [timedelta(hours=hour) for hour in (0, 5, 12, 24, 27, 33)]
    friday = first + runs[-1]
    monday = datetime(2026, 3, 16, 7, 30, tzinfo=UTC)
    due = monday + timedelta(days=7)
    later = [timedelta(hours=hour) for hour in (0, 8, 24, 56, 80, 96, 120)]
    return [
        *(Step(first + pause, ("run",)) for pause in runs),
        Step(friday, ("draft",)),
        Step(friday, ("backup",)),
        Step(friday, ()),
        Step(monday - timedelta(hours=20), ("run",)),
        Step(monday, ("run",)),
        Step(monday, ("publish", "2026-w12", "--force")),
        Step(monday, ("build",)),
        *(Step(monday + pause, ("run",)) for pause in later),
        Step(monday + later[-1], ("draft",)),
        Step(monday + later[-1], ()),
        Step(
            monday + later[-1], ("publish", "2026-w13", "--force", "--at", f"{due:%Y-%m-%dT%H:%MZ}")
        ),
        Step(due + timedelta(minutes=7), ("run",)),
        Step(due + timedelta(hours=1), ("backup",)),
        Step(due + timedelta(hours=2), ("run",)),
    ]


def replay_weeks() -> list[Step]:
    """June on the replay server: a run each half day, an issue each Monday, a backup each week."""
    start = datetime(2026, 6, 1, 6, tzinfo=UTC)
    steps = []
    for half in range(58):
        at = start + timedelta(hours=12 * half)
        steps.append(Step(at, ("run",)))
        if at.weekday() == 0 and at.hour == 6 and half:
            steps.append(Step(at, ("draft",)))
            year, week, _ = at.isocalendar()
            steps.append(Step(at, ("publish", f"{year}-w{week:02}", "--force"), (0, 2, 3)))
            steps.append(Step(at, ("backup",)))
    return steps


class Replay:
    """The replay server, where one runs."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def move(self, at: datetime) -> None:
        """Move its clock."""
        query = urllib.parse.urlencode({"t": f"{at:%Y-%m-%dT%H:%M:%SZ}"})
        with urllib.request.urlopen(f"{self.url}/at?{query}", timeout=30) as answer:
            answer.read()

    def configuration(self) -> str:
        """A sources.yaml over a dozen of its feeds and its archive."""
        with urllib.request.urlopen(f"{self.url}/opml", timeout=30) as answer:
            names = re.findall(r"/feeds/([\w.-]+)\.xml", answer.read().decode())
        feeds = "".join(
            f'  - {{id: "{name.replace("_", "-")}", kind: feed,'
            f' url: "{self.url}/feeds/{name}.xml"}}\n'
            for name in sorted(set(names))[:12]
        )
        host = urllib.parse.urlsplit(self.url).netloc
        return (
            'newsletter: {title: Trial, url: "https://trial.example/"}\n'
            "themes:\n"
            "  - id: self-improvement\n    title: Self-improvement\n"
            "    description: AI systems that improve AI systems, or themselves\n"
            "    keywords: [self-improvement, self-improving]\n"
            f"sources:\n{feeds}"
            "  - {id: archive, kind: arxiv, query: 'abs:\"self-improvement\"'}\n"
            f'  - {{id: listing, kind: arxiv, listing: "{self.url}/arxiv/rss/cs.CY"}}\n'
            f'fetch: {{per_host_delay: 0, allow_private: ["{host}"], arxiv_delay: 0,'
            f' arxiv_url: "{self.url}/arxiv/api/query"}}\n'
        )


# --------------------------------------------------------------------------------------- the trials


@dataclass
class Trial:
    """What was killed so far, and what came out different."""

    digest: Digest
    web: Web
    scratch: Path
    configuration: str
    chance: random.Random
    wanted: int
    hits: Counter[Moment] = field(default_factory=Counter)
    missed: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        """How many commands were killed."""
        return sum(self.hits.values())

    def folder(self, name: str) -> Path:
        """A new project."""
        folder = self.scratch / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / "sources.yaml").write_text(self.configuration, encoding="utf-8")
        return folder

    def undisturbed(self, steps: Sequence[Step]) -> tuple[Path, list[list[Moment]], list[Files]]:
        """The weeks without a kill: the project, each step's moments, the drafts after each."""
        folder, moments, drafts = self.folder("undisturbed"), [], []
        for step in steps:
            if self._do(folder, step) == 0:
                moments.append(self.digest.seen)
            else:
                moments.append([])
            drafts.append(files(folder / "data" / "drafts"))
        return folder, moments, drafts

    def _do(self, folder: Path, step: Step) -> int:
        """Carry out a step to its end; 0 where it was a command."""
        self.web.move(step.at)
        if not step.argv:
            write_as_the_editor(folder, step.at)
            return 1
        code = self.digest(folder, step.at, step.argv)
        if code not in step.fine:
            raise SystemExit(f"{step.argv} ended with {code}:\n{self.digest.printed}")
        return 0

    def disturbed(
        self,
        steps: Sequence[Step],
        targets: Sequence[Sequence[tuple[Moment, int]]],
        drafts: Sequence[Files],
    ) -> Path:
        """The weeks with each step killed at its targets, one after another, then carried out."""
        folder, spare = self.folder("disturbed"), self.scratch / "spare"
        before: Files = {}
        for step, aims, after in zip(steps, targets, drafts, strict=True):
            self.web.move(step.at)
            for aim in aims:
                # A moment that an earlier kill left nothing to do for lets the command end: as
                # nothing is left to kill then, the step is taken back to before it.
                shutil.rmtree(spare, ignore_errors=True)
                shutil.copytree(folder, spare)
                code = self.digest(folder, step.at, step.argv, aim)
                if code == -signal.SIGKILL:
                    self.hits[aim[0]] += 1
                    self._look(folder, step, aim, (before, after))
                else:
                    self.missed += 1
                    shutil.rmtree(folder)
                    spare.rename(folder)
            self._do(folder, step)
            before = files(folder / "data" / "drafts")
        return folder

    def _look(self, folder: Path, step: Step, aim: object, known: tuple[Files, Files]) -> None:
        """After a kill: no draft is half-written, and the database is whole."""
        for name, body in files(folder / "data" / "drafts").items():
            if not name.startswith(".") and body not in [one.get(name) for one in known]:
                self.faults.append(f"{step.at} {step.argv} {aim}: {name} is neither old nor new")
        database = folder / "data" / "digest.db"
        if database.exists():
            with closing(sqlite3.connect(database)) as db:
                said = db.execute("PRAGMA quick_check").fetchone()[0]
                if said != "ok":
                    self.faults.append(f"{step.at} {step.argv} {aim}: the database: {said}")

    def plan(self, moments: Sequence[Sequence[Moment]]) -> list[list[tuple[Moment, int]]]:
        """Where to kill: what was never hit first, then every kind alike, some a step."""
        places: dict[Moment, list[int]] = {}
        for number, seen in enumerate(moments):
            for moment in set(seen):
                places.setdefault(moment, []).append(number)
        kinds = sorted(places)
        self.chance.shuffle(kinds)
        kinds.sort(key=lambda kind: self.hits[kind])
        most = min(self.wanted - self.kills, MOST * sum(bool(seen) for seen in moments))
        chosen = (kinds * (most // len(kinds) + 1))[:most]
        found: list[list[tuple[Moment, int]]] = [[] for _ in moments]
        for kind in chosen:
            number = self.chance.choice(places[kind])
            turns = moments[number].count(kind)
            found[number].append((kind, self.chance.randint(1, turns)))
        for number, aims in enumerate(found):
            # in the order of the work, so that one kill does not take the next one's place
            aims.sort(key=lambda aim: nth(moments[number], *aim))
            found[number] = [(kind, 1 if n else turn) for n, (kind, turn) in enumerate(aims)]
        return found


def nth(seen: Sequence[Moment], kind: Moment, turn: int) -> int:
    """Where in a step that moment comes for that time."""
    return [number for number, moment in enumerate(seen) if moment == kind][turn - 1]


def write_as_the_editor(folder: Path, at: datetime) -> None:
    """Change the draft by hand: a title, and a line of the editor's own in the first entry."""
    for draft in sorted((folder / "data" / "drafts").glob("*.md")):
        text = draft.read_text(encoding="utf-8")
        slot = re.search(r"\[\[tagline:[^\]]*\]\]", text)
        if slot:
            text = text.replace(slot[0], "a line of the editor's own", 1)
        draft.write_text(text, encoding="utf-8")
        os.utime(draft, (at.timestamp(), at.timestamp()))


# ------------------------------------------------------------------------------------ what came out

Files = dict[str, bytes]


def files(folder: Path) -> Files:
    """Every file below a folder, by its path."""
    if not folder.is_dir():
        return {}
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What the tables hold, but for the record of runs: killed ones stand in it, as they should."""
    with closing(sqlite3.connect(database)) as db:
        names = [
            row[0]
            for row in db.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'"
                " AND name NOT GLOB '_*' AND name NOT GLOB 'items_fts*' AND name <> 'runs'"
            )
        ]
        db.create_function("asked", 1, _without_counts)
        return {
            name: sorted(db.execute(f"SELECT {_columns(db, name)} FROM {name}"), key=repr)
            for name in sorted(names)
        }


def _columns(db: sqlite3.Connection, name: str) -> str:
    found = [row[1] for row in db.execute(f"PRAGMA table_info({name})")]
    masks = {
        "sources": {"memo": "asked(memo)", "status": "status IS NULL"},
        # when the server says it answered is the server's own clock, not the weeks'
        "documents": {"headers": "json_remove(headers, '$.date')"},
    }.get(name, {})
    return ", ".join(masks.get(one, one) for one in found)


def _without_counts(memo: str) -> str:
    """A source's memo without how often it was asked: a killed run did ask, and so did the next.

    For the same reason its last answer may be "as before" (304) in one project, whole (200) in the
    other: after some of the former a source is asked without validators.
    """
    kept = {key: value for key, value in json.loads(memo).items() if key not in _COUNTS}
    return json.dumps(kept, sort_keys=True)


_COUNTS = {"unmodified", "full"}


def differences(one: Path, other: Path) -> Iterator[str]:
    """What is not the same in two projects."""
    mine, theirs = rows(one / "data" / "digest.db"), rows(other / "data" / "digest.db")
    for table in mine.keys() | theirs.keys():
        lost = [row for row in mine.get(table, []) if row not in theirs.get(table, [])]
        more = [row for row in theirs.get(table, []) if row not in mine.get(table, [])]
        if lost or more or len(mine[table]) != len(theirs[table]):
            yield f"table {table}: {len(lost)} rows lost, {len(more)} new: {lost[:1]} {more[:1]}"
    for name in ("drafts", "site"):
        old, new = files(one / "data" / name), files(other / "data" / name)
        for path in sorted(old.keys() | new.keys()):
            if old.get(path) != new.get(path):
                yield f"{name}/{path} differs"
    for name in ("backups",):
        old, new = files(one / "data" / name), files(other / "data" / name)
        if old.keys() != new.keys():
            yield f"{name}: {sorted(old.keys() ^ new.keys())}"


def table(hits: Counter[Moment]) -> str:
    """How often each kind of write was hit, by phase."""
    width = max(len(kind) for _, kind in hits)
    lines = [f"{'phase':<10} {'about to':<{width}}  kills"]
    lines += [
        f"{phase:<10} {kind:<{width}}  {count:5}" for (phase, kind), count in sorted(hits.items())
    ]
    return "\n".join(lines)


def patient(url: str) -> str:
    """The sample web's sources.yaml, for a machine that does other things as well.

    Its web is never slow: where no answer comes in time, the machine was busy.
    """
    return re.sub(r"\btimeout: \d+", "timeout: 60", project.configuration(url))


@contextmanager
def somewhere(options: argparse.Namespace) -> Iterator[tuple[Web, str, list[Step]]]:
    """A web to fetch from, the sources.yaml over it, and the weeks to go through."""
    if options.replay:
        replay = Replay(options.replay)
        yield replay, replay.configuration(), replay_weeks()
        return
    steps = sample_weeks(short=options.short)
    # clients are killed on purpose: the server need not show where each of them went away
    BaseServer.handle_error = lambda *_details: None  # type: ignore[method-assign]
    with serve(steps[0].at) as web:
        yield web, patient(web.url), steps


def run(options: argparse.Namespace, say: Callable[[str], None]) -> Trial:
    """All trials, until so many were killed."""
    scratch = Path(tempfile.mkdtemp(prefix="digest-crash-"))
    digest = Digest(scratch)
    try:
        with somewhere(options) as (web, configuration, steps):
            trial = Trial(
                digest, web, scratch, configuration, random.Random(options.seed), options.kills
            )
            calm, moments, drafts = trial.undisturbed(steps)
            kinds = {moment for seen in moments for moment in seen}
            say(f"{len(steps)} steps, {len(kinds)} kinds of moments")
            while trial.kills < trial.wanted:
                began = time.monotonic()
                killed = trial.kills
                troubled = trial.disturbed(steps, trial.plan(moments), drafts)
                trial.faults += differences(calm, troubled)
                say(f"{trial.kills} kills, {time.monotonic() - began:.0f} s for the last round")
                if trial.faults or trial.kills == killed:
                    break
            trial.faults += [f"never hit: {kind}" for kind in kinds if not trial.hits[kind]] * (
                trial.wanted > 2 * len(kinds)
            )
    finally:
        digest.close()
        if not options.keep:
            shutil.rmtree(scratch, ignore_errors=True)
    return trial


def main() -> int:
    """Kill, compare, tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--short", action="store_true", help="few steps, for a test")
    parser.add_argument("--replay", metavar="URL", help="fetch from a replay server there")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
    parser.add_argument("--keep", action="store_true", help="leave the projects in /tmp")
    parser.add_argument("--zygote", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.zygote:
        zygote()
        return 0
    trial = run(options, lambda line: print(line, file=sys.stderr, flush=True))
    if options.json:
        hits = [[phase, kind, count] for (phase, kind), count in sorted(trial.hits.items())]
        print(json.dumps({"kills": trial.kills, "hits": hits, "faults": trial.faults}, indent=1))
    else:
        print(table(trial.hits))
        print(f"\n{trial.kills} kills ({trial.missed} came too late), {len(trial.faults)} faults")
        print("\n".join(trial.faults[:20]))
    return 1 if trial.faults else 0


if __name__ == "__main__":
    sys.exit(main())
