"""The demo's project folder: a sources.yaml over the sample web."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

from digest.errors import MachineError, Refused

_SIGN = "# Written by `digest demo`"


def write(folder: Path, base: str) -> Path:
    """Make the folder a project over the sample web, and return the path of its sources.yaml.

    A folder in which a demo ran is begun anew: what the demo made in it goes.

    Args:
        folder: A new folder, an empty one, or an earlier demo's.
        base: How the sample web's addresses begin, such as `http://127.0.0.1:8642`.

    Raises:
        Refused: something else is in the folder.
        MachineError: the folder cannot be written.
    """
    path = folder / "sources.yaml"
    try:
        if folder.exists() and any(folder.iterdir()) and not _is_demo(path):
            raise Refused(
                "this folder is in use, and the demo begins with an empty one",
                where=str(folder),
                cure="Name a folder that does not exist yet, as in: digest demo /tmp/demo",
            )
        shutil.rmtree(folder / "data", ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(configuration(base), encoding="utf-8")
    except OSError as problem:
        raise MachineError(
            f"the demo's folder cannot be written: {problem.strerror}",
            where=str(folder),
            cure="Check the permissions and the space on that disk.",
        ) from problem
    return path


def configuration(base: str) -> str:
    """The text of the demo's sources.yaml."""
    host = urlsplit(base)
    text = (resources.files("digest.demo") / "newsletter.yaml").read_text(encoding="utf-8")
    return text.replace("BASE", base).replace("HOST", host.netloc).replace("PORT", str(host.port))


def _is_demo(path: Path) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8").startswith(_SIGN)
