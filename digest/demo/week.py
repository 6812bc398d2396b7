"""A week with digest, by the public verbs alone, on the sample web.

Nothing here reaches into the program: each step is a command as a person would type it, and the
draft is edited as a file. What stands between the commands is what the editor thinks.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from digest.demo import editor, project
from digest.demo.server import HOST, PORT, SampleWeb, serve
from digest.errors import Refused

KEPT = (
    "Ask for the Diff",
    "What the Logs Say",
    "Parish: A Town-Sized Simulator",
    "The Price of a Label",
    "A Thousand Wrong Kitchens",
)
"""The stories that the editor keeps, by a phrase of a title; any item of the story may have it."""


SKIPPED = ("Ferry timetable", "Appointment of a harbour-master")
"""Stories that have nothing to do with the newsletter."""


class Digest(Protocol):
    """The program's own main: takes what a person types after `digest`, gives the exit code.

    With `capture` what was printed to stdout comes back instead of being shown.
    """

    def __call__(self, argv: Sequence[str], *, capture: bool = False) -> tuple[int, str]:
        """Run one command."""
        ...


class _StoppedError(Exception):
    """A command ended as it should not; its exit code is the demo's."""

    def __init__(self, command: str, code: int) -> None:
        super().__init__(f"the demo stopped: `{command}` ended with {code}")
        self.code = code


@dataclass
class _Desk:
    """The editor at work: a folder, a clock, the sample web, and the program."""

    folder: Path
    web: SampleWeb
    digest: Digest
    say: Callable[[str], None]
    at: datetime

    def morning(self, at: datetime, title: str) -> None:
        """Move the clock and the sample web; say what day it is."""
        self.at = at
        self.web.move(at)
        self.say(f"\n── {at:%A} {at.day} {at:%B}, {at:%H:%M} ── {title}")

    def __call__(self, *words: str, fine: Collection[int] = (0,)) -> None:
        """Type a command and look at what it prints.

        Raises:
            _StoppedError: it ended with another exit code than those that are fine.
        """
        shown = " ".join(f'"{word}"' if " " in word else word for word in words)
        self.say(f"\n$ digest {shown}")
        code, _ = self.digest(self._argv(words))
        if code not in fine:
            raise _StoppedError(f"digest {shown}", code)

    def ask(self, *words: str) -> Any:
        """A command's answer as a value, by `--json`, without showing it."""
        code, printed = self.digest(self._argv([*words, "--json"]), capture=True)
        if code not in (0, 3):
            raise _StoppedError(f"digest {' '.join(words)} --json", code)
        return json.loads(printed)

    def _argv(self, words: Sequence[str]) -> list[str]:
        now = self.at.strftime("%Y-%m-%dT%H:%M:%SZ")
        return ["-C", str(self.folder), "--now", now, *words]


def run(folder: Path, digest: Digest, say: Callable[[str], None], port: int = PORT) -> int:
    """The whole week: fetched, sorted, drafted, written, checked, published; then the next begins.

    Args:
        folder: Where to leave it all: a new folder, an empty one, or an earlier demo's.
        digest: The program.
        say: What shows a line to the person.
        port: Where to serve the sample web; another is taken if that one is not free. The same
            port gives the same bytes in the same folder.

    Returns:
        0, or the exit code of the command at which it stopped.

    Raises:
        DigestError: the folder is in use or cannot be written.
    """
    begin = _moment(12, 7)
    with _serve(begin, port, say) as web:
        project.write(folder, web.url)
        desk = _Desk(folder, web, digest, say, begin)
        say(f"The sample web is at {web.url}/ and the project in {folder}.")
        say("Every command below also takes -C and --now, which are left out here.")
        try:
            page = _week(desk)
        except _StoppedError as stop:
            say(str(stop))
            return stop.code
    _farewell(folder, page, web.port, say)
    return 0


def _serve(
    at: datetime, port: int, say: Callable[[str], None]
) -> AbstractContextManager[SampleWeb]:
    """The sample web on that port, or on any other where it is taken."""
    with socket.socket() as trial:
        if trial.connect_ex((HOST, port)) != 0:
            return serve(at, port)
    say(f"Port {port} is taken; another one will do.")
    return serve(at)


def _moment(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, 30, tzinfo=UTC)


def _week(desk: _Desk) -> Path:
    desk.morning(desk.at, "the first run; cron would do this every hour")
    desk("run", "-v", fine=(0, 3))
    desk.morning(_moment(13, 16), "what changed, and what is there?")
    desk("run", "-v", fine=(0, 3))
    stories = _triage(desk)
    _write(desk, stories)
    desk.morning(_moment(16, 7), "what came at the weekend, and out it goes")
    desk("run", "-v", fine=(0, 3))
    desk("check")
    desk("publish")
    desk.morning(_moment(19, 16), "the next week is under way")
    desk("run", "-v", fine=(0, 3))
    desk("inbox", "--limit", "6")
    desk("status")
    return desk.folder / "data" / "site"


def _triage(desk: _Desk) -> Sequence[str]:
    """Look at the inbox, keep five stories, skip what is not for us, note one thing."""
    desk("inbox", "--limit", "12")
    stories = desk.ask("inbox", "--limit", "200")
    kept = [_find(stories, phrase) for phrase in KEPT]
    desk.say("\nWhy is the first one here?")
    desk("inbox", "--why", kept[0][:6])
    desk("keep", *(key[:6] for key in kept))
    passed = [_find(stories, phrase) for phrase in SKIPPED]
    # what the draft began with on Thursday and the editor does not want
    passed += [key for key in desk.ask("draft")["entries"] if key not in (*kept, *passed)]
    desk("skip", *(key[:6] for key in passed))
    desk("note", kept[0][:6], "their figure moved from 6.1% to 5.8%: quote the corrected one")
    return kept


def _named(stories: Sequence[Any], phrase: str) -> list[str]:
    return [
        str(story["id"])
        for story in stories
        if any(phrase in item["title"] for item in story["items"])
    ]


def _find(stories: Sequence[Any], phrase: str) -> str:
    found = _named(stories, phrase)
    if not found:
        raise Refused(
            f"the inbox has no story about {phrase!r}",
            cure="The sample web and the demo's editor are out of step; please report it.",
        )
    return found[0]


def _write(desk: _Desk, kept: Sequence[str]) -> None:
    """Draft, see what is missing, write it, and see that nothing is."""
    desk("draft")
    desk.say("\nWhat is missing? (It ends with 3: a person is needed.)")
    desk("check", fine=(0, 3))
    path = Path(desk.ask("draft")["path"])
    text = path.read_text(encoding="utf-8")
    filled = editor.fill(text, editor.words())
    path.write_text(filled, encoding="utf-8")
    os.utime(path, (desk.at.timestamp(), desk.at.timestamp()))
    desk.say(
        f"\nNow Hester Quill opens {path.name} in her editor and writes: {len(kept)} headlines,"
        f" taglines and answers, a tale, a title; {len(filled.split()) - len(text.split())}"
        " words more than before. The quotations stay as they are."
    )
    desk("check")


def _farewell(folder: Path, site: Path, port: int, say: Callable[[str], None]) -> None:
    drafts = sorted((folder / "data" / "drafts").glob("*.md"))
    say("\nThat was a week. It is all here to look at:")
    say(f"  the issue      {site / 'issues' / '2026-w12' / 'index.html'}")
    say(f"  the front page {site / 'index.html'}")
    for draft in drafts:
        say(f"  a draft        {draft}")
    say(f"  the database   {folder / 'data' / 'digest.db'}")
    say("Things to try:")
    say(f"  digest -C {folder} search coal")
    say(f"  digest -C {folder} --now 2026-03-19T17:00:00Z inbox --theme policy")
    say(f"  edit the draft of the next issue, then: digest -C {folder} check")
    say(f"  python -m digest.demo.server --port {port}    brings the sample web back")
    say("  digest init news                               begins a newsletter of your own")
