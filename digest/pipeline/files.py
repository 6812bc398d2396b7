"""Reading a text exactly, and replacing a file so that there is always a whole one."""

from __future__ import annotations

import glob
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from digest.errors import DraftError, MachineError, Refused


def read_draft(path: Path) -> str | None:
    """The draft's text exactly as it is on disk, or None where there is none.

    Raises:
        DraftError: it is not UTF-8.
        MachineError: it cannot be read.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise MachineError(
            f"the draft cannot be read: {problem.strerror}",
            where=str(path),
            cure="Check that its folder is a folder, and the permissions.",
        ) from problem
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        raise DraftError(
            "the draft is not UTF-8",
            where=f"{path}:{line}",
            cure="Save it as UTF-8; it was left as it is.",
        ) from problem


def replace_file(path: Path, text: str, *, expected: str | None) -> None:
    """Put `text` where `expected` was read, at once and durably; line ends as they are given.

    Args:
        path: The file; its folder is made.
        text: What it shall hold.
        expected: What it held when it was read, None where it was not there.

    Raises:
        Refused: the file changed since it was read; it is left as it is.
        MachineError: the disk or the permissions are at fault.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _clear_away(path)
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.{os.getpid()}-")
        try:
            with os.fdopen(number, "wb") as file:
                file.write(text.encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
            _keep_mode(path, Path(name))
            _refuse_if_changed(path, expected)
            Path(name).replace(path)
            _sync(path.parent)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(name).unlink()
            raise
    except OSError as problem:
        raise MachineError(
            f"the file cannot be written: {problem.strerror}",
            where=str(path),
            cure="Check the permissions and the space on that disk.",
        ) from problem


def _clear_away(path: Path) -> None:
    """Remove what a program that was killed on the way left beside the file."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*-*"):
        maker = left.name.removeprefix(f".{path.name}.").partition("-")[0]
        if maker.isdecimal() and not _alive(int(maker)):
            left.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _sync(folder: Path) -> None:
    """Let the disk know the file's new name as well as its words."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _keep_mode(path: Path, fresh: Path) -> None:
    try:
        fresh.chmod(path.stat().st_mode & 0o7777)
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        fresh.chmod(0o666 & ~umask)


def _refuse_if_changed(path: Path, expected: str | None) -> None:
    try:
        now = path.read_bytes()
    except FileNotFoundError:
        now = None
    if now != (None if expected is None else expected.encode("utf-8")):
        raise Refused(
            "the file changed while it was being read; it was left as it is",
            where=str(path),
            cure="Run the command again.",
        )
