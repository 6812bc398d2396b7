"""`digest init`: a new project that runs."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from digest.errors import MachineError, Refused

README = """# A newsletter made with digest

- `sources.yaml`: what is read, and what for. Edit the newsletter's title, address and editor first.
- `data/digest.db`: everything fetched and decided. Back it up.
- `data/drafts/`: the issues as Markdown; yours to write in.
- `data/site/`: the published pages; any web server can hold them.
- `templates/`: a file here replaces the built-in template of the same name.

The week: `digest run` every hour by cron; `digest inbox`, `digest keep STORY`; `digest draft`,
write; `digest check`; `digest publish`.
"""

GITIGNORE = """data/digest.db*
data/backups/
data/site/
data/logs/
data/*.lock
"""


def bundled(name: str) -> Path:
    """A file that is packed with digest: in the wheel, or at the top of the checkout."""
    packed = Path(str(files("digest"))) / "_bundled" / name
    return packed if packed.exists() else Path(str(files("digest"))).parent / name


def init(folder: Path) -> list[str]:
    """Make the folder a project; returns the names of the files that were written.

    A README or .gitignore that is already there is kept.

    Raises:
        Refused: the folder already has a sources.yaml.
        MachineError: the folder cannot be written.
    """
    if (folder / "sources.yaml").exists():
        raise Refused(
            "this folder is a project already",
            where=str(folder / "sources.yaml"),
            cure="Choose another folder, or edit that file.",
        )
    wanted = {
        "sources.yaml": bundled("sources.yaml").read_text(encoding="utf-8"),
        "README.md": README,
        ".gitignore": GITIGNORE,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for name, text in wanted.items():
            if not (folder / name).exists():
                (folder / name).write_text(text, encoding="utf-8")
                written.append(name)
    except OSError as problem:
        raise MachineError(
            f"the project cannot be written: {problem.strerror}",
            where=str(folder),
            cure="Check the permissions and the space on that disk.",
        ) from problem
    return written
