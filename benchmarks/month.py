"""Thirty days that nobody watches: 720 hourly runs over a replay of the real web.

    python -m benchmarks.month REPLAY [--port N] [--days N] [--json]

REPLAY is the replay's folder, with `server.py` and `sources.yaml`. Its clock goes along, hour by
hour, and so does `--now`. On Fridays an editor fills every slot of the open draft and schedules it
for Monday morning; nobody else touches anything. One process calls the program's own main for all
hours, so that whatever is not given back adds up: its memory, its objects, its open files are told
for each day. Once a day the hour is run as cron would, in a process of its own, whose time and peak
are told too.

The log begins nearly full, as that of a project which has run for a year, so that it is put aside
within the month.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.june import ask, begin
from benchmarks.scale import BETWEEN
from digest.cli.main import main as digest
from digest.operate.log import LARGE, NAME

FIRST = datetime(2026, 6, 2, 0, 7, tzinfo=UTC)
FRIDAY, WRITES, COLD = 4, 16, 12
"""The day and the hour at which the editor writes; the hour that runs in its own process."""
DUE = timedelta(days=2, hours=15, minutes=23)
"""From the editor's hour to Monday, half past seven."""
NEARLY = LARGE - 40_000
SETTLED = 10
"""Days after which a process has loaded what it ever loads."""

_SLOT = re.compile(r"\[\[[^\[\]]+\]\]")


@dataclass
class Day:
    """What one day took, and what the long-lived process held at its end."""

    day: str
    cpu: float = 0.0
    """Seconds of an hour in the long-lived process, on average."""
    longest: float = 0.0
    """Seconds of wall time of the day's longest hour."""
    memory: float = 0.0
    objects: int = 0
    files: int = 0
    threads: int = 0
    cold_cpu: float = 0.0
    cold_peak: float = 0.0
    items: int = 0
    database: float = 0.0
    log: int = 0


@dataclass
class Month:
    """A project, its web, and what is known of it so far."""

    folder: Path
    port: int
    days: list[Day] = field(default_factory=list)
    due: dict[str, tuple[datetime, Path]] = field(default_factory=dict)
    out: dict[str, datetime] = field(default_factory=dict)
    codes: Counter[int] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def hour(self, now: datetime) -> tuple[float, float]:
        """One run within this process: seconds of CPU and of wall."""
        cpu, wall = _cpu(), time.monotonic()
        code, out, err = self.call(now, "run")
        self.heard(now, code, out, err)
        return _cpu() - cpu, time.monotonic() - wall

    def cold(self, now: datetime) -> tuple[float, float]:
        """One run in a process of its own, as cron would: seconds of CPU, peak in MB."""
        words = ["-C", str(self.folder), "--now", now.isoformat(), "run"]
        with tempfile.NamedTemporaryFile() as note:
            # A process begins as large as the one that starts it: so a small one stands between.
            between = [sys.executable, "-S", "-c", BETWEEN, note.name]
            done = subprocess.run(
                [*between, sys.executable, "-m", "digest", *words],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            cpu, kilobytes = json.loads(Path(note.name).read_text(encoding="utf-8"))
        self.heard(now, done.returncode, "", done.stdout)
        return float(cpu), kilobytes / 1024

    def call(self, now: datetime, *words: str) -> tuple[int, str, str]:
        """A command within this process: its exit code and what it printed."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = digest(["-C", str(self.folder), "--now", now.isoformat(), *words])
        return code, out.getvalue(), err.getvalue()

    def heard(self, now: datetime, code: int, out: str, err: str) -> None:
        """A run ended: quiet where nothing is wrong, and what is due is out."""
        self.codes[code] += 1
        self.said.update(err.splitlines())
        if code not in (0, 3) or out or (err and code == 0):
            self.faults.append(f"{now:%m-%d %H:%M} ended with {code}: {out}{err}")
        for issue, (due, page) in self.due.items():
            if page.exists() and issue not in self.out:
                self.out[issue] = now
                if not due <= now < due + timedelta(hours=1):
                    self.faults.append(f"{issue} was due at {due} and out at {now}")

    def write(self, now: datetime) -> None:
        """The editor fills every slot of the open draft and schedules it."""
        issue = json.loads(self.call(now, "status", "--json")[1])["issue"]
        draft = Path(issue["draft"])
        count = iter(range(1, 1000))
        text = _SLOT.sub(lambda _: f"These are words {next(count)} of mine", draft.read_text())
        draft.write_text(text)
        os.utime(draft, (now.timestamp(), now.timestamp()))
        due = now + DUE
        code, out, err = self.call(now, "publish", "--json", "--at", f"{due:%Y-%m-%dT%H:%MZ}")
        if code:
            self.faults.append(f"{issue['id']} could not be scheduled: {err}")
            return
        done = json.loads(out)
        self.due[done["issue"]] = due, Path(done["page"])

    def close(self, day: Day) -> None:
        """What is held, and what is stored, at a day's end."""
        gc.collect()
        stored = json.loads(self.call(_moment(day), "stats", "--json")[1])
        day.items = _rows(stored, "items")
        day.memory = _resident()
        day.objects, day.threads = len(gc.get_objects()), threading.active_count()
        day.files = sum(1 for _ in Path("/proc/self/fd").iterdir())
        day.database = (self.folder / "data" / "digest.db").stat().st_size / 1e6
        logs = sorted((self.folder / "data" / "logs").iterdir())
        day.log = sum(file.stat().st_size for file in logs)
        self.days.append(day)


def main() -> int:
    """Go through the month; 1 where it was not as it should be."""
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("replay", type=Path)
    words.add_argument("--port", type=int, default=8792)
    words.add_argument("--days", type=int, default=30)
    words.add_argument("--json", action="store_true")
    asked = words.parse_args()
    command = [sys.executable, str(asked.replay / "server.py"), "--port", str(asked.port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        with tempfile.TemporaryDirectory() as folder:
            found = month(Path(folder), asked.replay, asked.port, asked.days)
    finally:
        server.terminate()
        server.wait()
    print(json.dumps(found, indent=1, default=str) if asked.json else _text(found))
    return 1 if found["faults"] else 0


def month(folder: Path, replay: Path, port: int, days: int) -> dict[str, Any]:
    """The month, hour by hour, and what is to be said of it."""
    begin(folder, replay, port)
    logs = folder / "data" / "logs"
    logs.mkdir(parents=True)
    line = '{"at":"2025-06-01T00:07:00Z","run":1,"seconds":0.0,"event":"start","verb":"run"}\n'
    (logs / NAME).write_text(line * (NEARLY // len(line)))
    seen = Month(folder, port)
    wall = time.monotonic()
    for number in range(days):
        start = FIRST + timedelta(days=number)
        day, spent = Day(f"{start:%Y-%m-%d}"), []
        for hour in range(24):
            now = start + timedelta(hours=hour)
            ask(port, f"/at?t={now:%Y-%m-%dT%H:%M:%SZ}")
            if hour == COLD:
                day.cold_cpu, day.cold_peak = seen.cold(now)
                continue
            spent.append(seen.hour(now))
            if now.weekday() == FRIDAY and hour == WRITES:
                seen.write(now)
        day.cpu = sum(cpu for cpu, _ in spent) / len(spent)
        day.longest = max(took for _, took in spent)
        seen.close(day)
        print(_row(day), file=sys.stderr, flush=True)
    _judge(seen, sorted(file.name for file in logs.iterdir()))
    return {
        "days": [asdict(day) for day in seen.days],
        "issues": {
            issue: {"due": due, "out": seen.out.get(issue)} for issue, (due, _) in seen.due.items()
        },
        "windows": _windows(folder),
        "exit_codes": dict(seen.codes),
        "said": dict(seen.said),
        "logs": sorted(file.name for file in logs.iterdir()),
        "wall_seconds": round(time.monotonic() - wall),
        "cpu_seconds": round(_cpu()),
        "faults": seen.faults,
    }


def _judge(seen: Month, logs: list[str]) -> None:
    """What was promised for a month, as far as these days tell."""
    last = _moment(seen.days[-1]) if seen.days else FIRST
    for issue, (due, _) in seen.due.items():
        if due < last and issue not in seen.out:
            seen.faults.append(f"{issue} was due at {due} and is not out")
    if len(seen.days) <= SETTLED:
        return
    then, now = seen.days[SETTLED], seen.days[-1]
    if now.files > then.files or now.threads > then.threads:
        seen.faults.append(f"open files grew: {then.files} to {now.files}")
    if now.memory > 1.2 * then.memory:
        seen.faults.append(f"memory grew: {then.memory:.0f} to {now.memory:.0f} MB")
    if "digest.1.jsonl" not in logs:
        seen.faults.append(f"the log was not put aside: {logs}")


def _windows(folder: Path) -> list[str]:
    """Each draft's window, as its front matter says."""
    drafts = sorted((folder / "data" / "drafts").glob("*.md"))
    found = [re.search(r"^window: (.*)$", one.read_text(), re.MULTILINE) for one in drafts]
    return [f"{one.stem} {match[1]}" for one, match in zip(drafts, found, strict=True) if match]


def _moment(day: Day) -> datetime:
    return datetime.fromisoformat(day.day).replace(hour=23, minute=8, tzinfo=UTC)


def _rows(stored: dict[str, Any], name: str) -> int:
    return next(int(one["rows"]) for one in stored["tables"] if one["table"] == name)


def _cpu() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(sum(resource.getrusage(kind)[:2]) for kind in kinds)


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _row(day: Day) -> str:
    return (
        f"{day.day} {day.cpu:8.2f} {day.longest:9.1f} {day.memory:7.0f} {day.objects:8}"
        f" {day.files:6} {day.threads:8} {day.cold_cpu:8.2f} {day.cold_peak:8.0f}"
        f" {day.items:7} {day.database:6.1f} {day.log:8}"
    )


def _text(found: dict[str, Any]) -> str:
    head = (
        "day         cpu s/h longest s  RSS MB  objects  files  threads   cold s  peak MB"
        "   items  db MB log bytes"
    )
    issues = [
        f"{name}: due {one['due']}, out {one['out']}" for name, one in found["issues"].items()
    ]
    return "\n".join(
        [
            head,
            *(_row(Day(**day)) for day in found["days"]),
            *issues,
            *found["windows"],
            f"exit codes: {found['exit_codes']}; logs: {found['logs']}",
            f"{found['wall_seconds']} s of wall, {found['cpu_seconds']} s of CPU",
            *(f"said {times} times: {line}" for line, times in found["said"].items()),
            f"{len(found['faults'])} faults",
            *found["faults"],
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
