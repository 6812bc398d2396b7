"""A month of drafts over a replay of the real web: are the editor's words all there at the end?

    python benchmarks/june.py REPLAY [--port N] [--days N] [--seed N] [--json]

REPLAY is the replay's folder, with `server.py` and `sources.yaml`. Each day the replay's clock is
set, `digest run` goes its round, and then somebody edits the open draft: fills a slot, writes a
paragraph, retitles, moves, deletes, damages and mends markers, pastes, saves with other line ends,
saves a buffer that is older than the last refresh. On Mondays the issue goes out as it is.

Every line that was typed is unlike any other. After each round it is looked for, byte for byte, in
the draft it was typed into, and in the end in all of them; what was deleted must not have come
back.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from digest.cli.main import main as digest
from digest.draft.blocks import cut

FIRST = datetime(2026, 6, 1, 18, tzinfo=UTC)
Edit = Callable[["Editor", str], str]


@dataclass
class Editor:
    """Somebody who edits, and remembers every line typed and every entry deleted, by draft."""

    chance: random.Random
    typed: dict[Path, list[str]] = field(default_factory=dict)
    deleted: dict[Path, set[str]] = field(default_factory=dict)
    edits: Counter[str] = field(default_factory=Counter)
    path: Path = Path()

    def line(self, words: str) -> str:
        """A line that was never typed before."""
        number = sum(map(len, self.typed.values())) + 1
        said = f"{words} (line {number} of mine, “with marks” – and a co‑dash)"
        self.typed.setdefault(self.path, []).append(said)
        return said

    def entry(self, text: str) -> Any:
        """One of the draft's entries between sound markers; None where it has none."""
        blocks = cut(text).entries
        return self.chance.choice(blocks) if blocks else None


def fill_slot(editor: Editor, text: str) -> str:
    """A slot becomes a line of the editor's."""
    slots = list(re.finditer(r"\[\[why: [^\]]*\]\]", text))
    if not slots:
        return text
    slot = editor.chance.choice(slots)
    return text[: slot.start()] + editor.line("It pays to wait") + text[slot.end() :]


def paragraph(editor: Editor, text: str) -> str:
    """A paragraph at the end of an entry."""
    block = editor.entry(text)
    if block is None:
        return text
    at = block.start + block.text.rfind("<!--")
    return f"{text[:at]}\n{editor.line('A thought on this')}\n{text[at:]}"


def retitle(editor: Editor, text: str) -> str:
    """Another headline."""
    headlines = list(re.finditer(r"^## (?!Tech Tales).*$", text, re.MULTILINE))
    plain = [found for found in headlines if "of mine" not in found[0]]
    if not plain:
        return text
    found = editor.chance.choice(plain)
    return f"{text[: found.start()]}## {editor.line('My title')}:{text[found.end() :]}"


def own_entry(editor: Editor, text: str) -> str:
    """An entry without markers, before the tale."""
    words = f"## {editor.line('Mine alone')}\n\n{editor.line('Without a source')}\n\n***\n\n"
    at = text.find("## Tech Tales")
    return text[:at] + words + text[at:] if at > 0 else text


def move(editor: Editor, text: str) -> str:
    """Two entries change places."""
    blocks = cut(text).entries
    if len(blocks) < 2:
        return text
    first, second = sorted(editor.chance.sample(range(len(blocks)), 2))
    a, b = blocks[first], blocks[second]
    return text[: a.start] + b.text + text[a.end : b.start] + a.text + text[b.end :]


def delete(editor: Editor, text: str) -> str:
    """An entry goes in which nothing was typed."""
    block = editor.entry(text)
    if block is None or any(line in block.text for line in editor.typed.get(editor.path, [])):
        return text
    editor.deleted.setdefault(editor.path, set()).add(block.key)
    return text[: block.start] + text[block.end :].lstrip("*\r\n")


def damage(editor: Editor, text: str) -> str:
    """A closing marker comes back from a word processor."""
    markers = list(re.finditer(r"^<!-- /entry -->\r?\n", text, re.MULTILINE))
    if not markers or cut(text).faults:
        return text
    found = editor.chance.choice(markers)
    return text[: found.start()] + f"<!– /entry –> {editor.line('oops')}\n" + text[found.end() :]


def mend(_editor: Editor, text: str) -> str:
    """Whoever was told of it puts it right."""
    return re.sub(
        r"^<!– /entry –> (.*)$",
        lambda found: f"{found[1]}\n<!-- /entry -->",
        text,
        flags=re.MULTILINE,
    )


def paste(editor: Editor, text: str) -> str:
    """A paragraph of a letter, before the first entry."""
    at = text.find("\n## ")
    words = f"•\t{editor.line('From a letter:')}\u00a0She said…\n\n"
    return text[: at + 1] + words + text[at + 1 :] if at > 0 else text


def line_ends(_editor: Editor, text: str) -> str:
    """A program that saves with other line ends."""
    plain = text.replace("\r\n", "\n")
    return plain if "\r\n" in text else plain.replace("\n", "\r\n")


EDITS: tuple[Edit, ...] = (
    fill_slot, paragraph, retitle, own_entry, move, delete, damage, mend, paste, line_ends,
)  # fmt: skip


def main() -> int:
    """Go through the month; 1 where anything was lost."""
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("replay", type=Path)
    words.add_argument("--port", type=int, default=8791)
    words.add_argument("--days", type=int, default=30)
    words.add_argument("--seed", type=int, default=6)
    words.add_argument("--json", action="store_true")
    asked = words.parse_args()
    command = [sys.executable, str(asked.replay / "server.py"), "--port", str(asked.port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        with tempfile.TemporaryDirectory() as folder:
            found = june(Path(folder), asked.replay, asked.port, asked.days, asked.seed)
    finally:
        server.terminate()
        server.wait()
    print(json.dumps(found, indent=1) if asked.json else _text(found))
    return 1 if found["lost"] or found["came_back"] else 0


def june(folder: Path, replay: Path, port: int, days: int, seed: int) -> dict[str, Any]:
    """The month, day by day; what became of the editor's words."""
    begin(folder, replay, port)
    editor = Editor(random.Random(seed))
    lost: list[str] = []
    came_back: list[str] = []
    totals: Counter[str] = Counter()
    for day in range(days):
        now = FIRST + timedelta(days=day)
        ask(port, f"/at?t={now:%Y-%m-%dT%H:%M:%SZ}")
        stale = editor.path.read_bytes() if editor.path.is_file() else None
        if now.weekday() == 0 and stale is not None:
            # what is damaged does not go out
            editor.path.write_bytes(mend(editor, stale.decode()).encode())
            totals["published"] += _call(folder, now, "publish", "--force")[0] == 0
        code, report = _call(folder, now, "run")
        totals["rounds"] += 1
        totals[f"ended with {code}"] += 1
        drafted = report.get("draft") or {}
        for kind in ("added", "rewritten", "removed", "touched"):
            totals[kind] += len(drafted.get(kind, ()))
        totals["warned"] += len(drafted.get("warnings", ()))
        lost += _missing(editor)
        came_back += _returned(editor)
        status = _call(folder, now, "status")[1]
        path = Path(status["issue"]["draft"])
        if not path.is_file():
            continue
        use_stale = path == editor.path and stale is not None and day % 5 == 4
        editor.path = path
        text = (stale if use_stale and stale else path.read_bytes()).decode()
        totals["stale buffers saved"] += use_stale
        for edit in editor.chance.choices(EDITS, k=4):
            text = edit(editor, text)
            editor.edits[edit.__name__] += 1
        path.write_bytes(text.encode())
        saved = (now + timedelta(hours=2)).timestamp()
        os.utime(path, (saved, saved))
    lost += _missing(editor)
    came_back += _returned(editor)
    return {
        "lines_typed": sum(map(len, editor.typed.values())),
        "entries_deleted": sum(map(len, editor.deleted.values())),
        "drafts": len(editor.typed),
        "lost": lost,
        "came_back": came_back,
        "edits": dict(editor.edits),
        "totals": dict(totals),
        "cpu_seconds": round(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]), 1),
    }


def _missing(editor: Editor) -> list[str]:
    return [
        f"{path.name}: {line}"
        for path, lines in editor.typed.items()
        for line in lines
        if line not in path.read_bytes().decode()
    ]


def _returned(editor: Editor) -> list[str]:
    return [
        f"{path.name}: {key}"
        for path, keys in editor.deleted.items()
        for key in keys & cut(path.read_bytes().decode()).keys
    ]


def begin(folder: Path, replay: Path, port: int) -> None:
    """A project over the replay, once that answers, which need not be asked politely."""
    text = (replay / "sources.yaml").read_text(encoding="utf-8").replace(":8765", f":{port}")
    text = re.sub(r"arxiv_delay: [\d.]+", "arxiv_delay: 0", text)
    text = re.sub(r"per_host_delay: [\d.]+", "per_host_delay: 0", text)
    (folder / "sources.yaml").write_text(text, encoding="utf-8")
    for _ in range(100):
        with contextlib.suppress(OSError):
            ask(port, "/")
            return
        time.sleep(0.2)
    raise SystemExit("the replay does not answer")


def ask(port: int, path: str) -> None:
    """One request to the replay."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        answer.read()


def _call(folder: Path, now: datetime, *verb: str) -> tuple[int, dict[str, Any]]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = digest(["-C", str(folder), "--now", now.isoformat(), "--json", *verb])
    if code not in (0, 3):
        print(f"{now:%Y-%m-%d} {' '.join(verb)} ended with {code}: {err.getvalue()}")
    return code, json.loads(out.getvalue() or "{}")


def _text(found: dict[str, Any]) -> str:
    lines = [
        f"{found['lines_typed']} lines typed, {len(found['lost'])} lost",
        f"{found['entries_deleted']} entries deleted, {len(found['came_back'])} came back",
        f"edits: {found['edits']}",
        f"totals: {found['totals']}; {found['cpu_seconds']} s of CPU",
    ]
    return "\n".join([*lines, *found["lost"], *found["came_back"]])


if __name__ == "__main__":
    sys.exit(main())
