"""`digest schedule`: texts that make a machine call `digest run` every hour.

Each is made from the project's own absolute paths and goes where its first lines say.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

Kind = Literal["cron", "systemd", "github-actions"]
KINDS: tuple[Kind, ...] = ("cron", "systemd", "github-actions")


@dataclass(frozen=True, slots=True)
class Installed:
    """What the texts name.

    Attributes:
        folder: The project's folder, absolute.
        program: The words that start digest, the first one an absolute path.
        user: Who is to run it.
    """

    folder: Path
    program: tuple[str, ...]
    user: str

    @property
    def minute(self) -> int:
        """The minute past the hour: the folder's own, so that not everybody asks on the hour."""
        return 1 + sha256(str(self.folder).encode()).digest()[0] % 58


def schedule(kind: Kind, what: Installed) -> str:
    """The text for one way of scheduling, ready to be copied."""
    return {"cron": cron, "systemd": systemd, "github-actions": github_actions}[kind](what)


# --------------------------------------------------------------------------------------------- cron


def cron(what: Installed) -> str:
    """Two lines for `crontab -e`: an hourly run, a daily backup."""
    run, backup = (_cron_words([*what.program, "-C", str(what.folder), verb]) for verb in VERBS)
    return f"""# Paste these lines into what `crontab -e` opens (as {what.user}).
# `digest run` prints nothing when all is well, so that cron writes to you only when a person is
# needed. Put your address here, or leave it out where local mail is read:
# MAILTO=you@example.org
{what.minute} * * * * {run}
{(what.minute + 29) % 60} 4 * * * {backup} --quiet >/dev/null
"""


VERBS = ("run", "backup")


def _cron_words(words: list[str]) -> str:
    # cron makes a line end of every bare per cent sign, even within quotation marks
    return shlex.join(words).replace("%", r"\%")


# ------------------------------------------------------------------------------------------ systemd

_UNIT = """# /etc/systemd/system/{name}.service
[Unit]
Description=digest {verb}: {folder}
{wants}
[Service]
Type=oneshot
User={user}
ExecStart={command}
TimeoutStartSec={timeout}
KillSignal=SIGTERM
TimeoutStopSec=30
UMask=0022

# The program reads what it likes and writes into the project's data alone.
ReadWritePaths={data}
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
LockPersonality=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RemoveIPC=yes
RestrictAddressFamilies={families}
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
Nice=10
IOSchedulingClass=idle
"""

_TIMER = """# /etc/systemd/system/{name}.timer
[Unit]
Description=When to call digest {verb}: {folder}

[Timer]
OnCalendar={when}
RandomizedDelaySec=60
Persistent=true

[Install]
WantedBy=timers.target
"""


def systemd(what: Installed) -> str:
    """Two services and their timers, with what they may not do."""
    run, back = (_service(what, verb) for verb in VERBS)
    names = " ".join(f"{_name(verb)}.timer" for verb in VERBS)
    return f"""# Four files: cut at the lines that name them, copy them there as root, then:
#   mkdir -p {shlex.quote(str(what.folder / "data"))}
#   systemctl daemon-reload && systemctl enable --now {names}
# `systemctl --failed` shows a run that needs a person; `journalctl -u {_name("run")}` says why.

{run}
{back}"""


def _name(verb: str) -> str:
    return f"digest-{verb}"


def _service(what: Installed, verb: str) -> str:
    net = verb == "run"
    unit = _UNIT.format(
        name=_name(verb),
        verb=verb,
        folder=_bare(what.folder),
        wants="Wants=network-online.target\nAfter=network-online.target\n" if net else "",
        user=what.user,
        command=" ".join(_unit_word(w) for w in (*what.program, "-C", str(what.folder), verb)),
        timeout="50min",
        data=_unit_word(str(what.folder / "data")),
        families="AF_UNIX AF_INET AF_INET6" if net else "AF_UNIX",
    )
    when = f"*-*-* *:{what.minute:02}:00" if net else f"*-*-* 04:{(what.minute + 29) % 60:02}:00"
    timer = _TIMER.format(name=_name(verb), verb=verb, folder=_bare(what.folder), when=when)
    return f"{unit}\n{timer}"


def _bare(path: Path) -> str:
    return str(path).replace("%", "%%")


def _unit_word(word: str) -> str:
    """One word of a unit file: specifiers and variables are not meant, spaces are."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if any(c in word for c in " \t\"'\\;") else escaped


# ----------------------------------------------------------------------------------- GitHub Actions


def github_actions(what: Installed) -> str:
    """A workflow that runs hourly, keeps the database between runs, and deploys the site."""
    return _WORKFLOW.replace("MINUTE", str(what.minute))


_WORKFLOW = """# .github/workflows/digest.yml in the repository that holds sources.yaml
#
# Settings > Pages > Source: GitHub Actions. A file requirements.txt beside sources.yaml says how
# digest is installed: the path of its wheel in the repository, or the address it is published at.
name: digest

on:
  schedule:
    - cron: "MINUTE * * * *"
  workflow_dispatch:
    inputs:
      publish:
        description: "Publish this issue first (its id or number); empty for a plain run"
        default: ""
      anew:
        description: "Begin with an empty database although there are drafts"
        type: boolean
        default: false

# One at a time, and never cut off: the next one waits.
concurrency:
  group: digest
  cancel-in-progress: false

permissions:
  contents: write    # the drafts are committed, for you to write in
  pages: write
  id-token: write
  actions: read

jobs:
  digest:
    runs-on: ubuntu-latest
    timeout-minutes: 50
    environment:
      name: github-pages
      url: ${{ steps.deploy.outputs.page_url }}
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0

      - name: Give each draft the time of its last commit
        run: |
          for draft in data/drafts/*.md; do
            [ -e "$draft" ] && touch -d "@$(git log -1 --format=%ct -- "$draft")" "$draft"
          done
          true

      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
          cache: pip

      - run: pip install -r requirements.txt

      # The database is kept in the cache under a new name each time; the newest one is taken.
      - name: Fetch the database of the last run
        id: kept
        uses: actions/cache/restore@v4
        with:
          path: data/backups
          key: digest-${{ github.run_id }}-${{ github.run_attempt }}
          restore-keys: digest-

      - name: Or the last daily backup, where the cache was cleared
        if: steps.kept.outputs.cache-matched-key == ''
        env:
          GH_TOKEN: ${{ github.token }}
        run: |
          found="repos/$GITHUB_REPOSITORY/actions/artifacts?name=digest-backup&per_page=1"
          run=$(gh api "$found" --jq '.artifacts[] | select(.expired | not) | .workflow_run.id')
          if [ -n "$run" ]; then gh run download "$run" --name digest-backup --dir data/backups; fi

      - name: Put it in place
        env:
          ANEW: ${{ inputs.anew }}
        run: |
          if ls data/backups/digest-*.db >/dev/null 2>&1; then
            digest doctor --mend
          elif ls data/drafts/*.md >/dev/null 2>&1 && [ "$ANEW" != true ]; then
            echo "::error::There are drafts, but no database was kept. Run by hand with 'anew'."
            exit 1
          fi

      - name: Publish what was asked for
        if: inputs.publish != ''
        env:
          ISSUE: ${{ inputs.publish }}
        run: digest publish "$ISSUE"

      # 3 says that a person is needed: everything else is done, so the site goes out all the same.
      - name: Run
        id: run
        run: |
          code=0
          digest run || code=$?
          echo "code=$code" >> "$GITHUB_OUTPUT"
          [ "$code" = 0 ] || [ "$code" = 3 ]

      - name: Make a copy of the database
        run: |
          digest backup
          ls data/backups/digest-*.db | sort -r | tail -n +3 | xargs -r rm --

      - name: Keep the database
        uses: actions/cache/save@v4
        with:
          path: data/backups
          key: digest-${{ github.run_id }}-${{ github.run_attempt }}

      - name: Is it time for the daily backup?
        id: daily
        run: |
          newest=$(ls data/backups/digest-*.db | sort | tail -n 1)
          echo "file=$newest" >> "$GITHUB_OUTPUT"
          if [ "$(date -u +%H)" = 04 ]; then echo "due=yes" >> "$GITHUB_OUTPUT"; fi

      - uses: actions/upload-artifact@v4
        if: steps.daily.outputs.due == 'yes'
        with:
          name: digest-backup
          path: ${{ steps.daily.outputs.file }}
          retention-days: 30
          overwrite: true

      - name: Commit the drafts
        run: |
          git config user.name digest
          git config user.email digest@users.noreply.github.com
          if ls data/drafts/*.md >/dev/null 2>&1; then git add -f data/drafts; fi
          if ! git diff --cached --quiet; then
            git commit -m "The draft as of this run"
            git pull --rebase && git push
          fi

      - uses: actions/upload-pages-artifact@v3
        with:
          path: data/site

      - name: Deploy
        id: deploy
        uses: actions/deploy-pages@v4

      - name: A person is needed
        if: steps.run.outputs.code == '3'
        run: |
          digest status
          exit 1
"""
