"""Find sources.yaml and read it, or say line by line what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from digest.config.problems import Problem, report
from digest.config.recall import keep, nowhere, recall
from digest.errors import ConfigError, at

if TYPE_CHECKING:
    from digest.config.schema import Config

NAME = "sources.yaml"


def find(start: Path) -> Path:
    """The sources.yaml of a folder, or of the nearest folder above it that has one.

    Raises:
        ConfigError: There is none.
    """
    folder = start.expanduser().absolute()
    for candidate in (folder, *folder.parents):
        if _is_file(path := candidate / NAME):
            return path
    raise ConfigError(
        f"no {NAME} here or in a folder above",
        where=str(start),
        cure="Start a project with `digest init DIR`, or name its folder with -C DIR.",
    )


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder above that may not be looked into
        return False


def load(path: Path) -> Config:
    """Read and check a sources.yaml.

    Raises:
        ConfigError: With every mistake in the file, in its order: file, line, key, and what was
            expected.
    """
    path = path.expanduser()
    return check(_text(path), path)


def check(text: str, path: Path) -> Config:
    """Check the text of a sources.yaml that stands, or is to stand, at `path`.

    Raises:
        ConfigError: as `load` raises it.
    """
    folder = path.absolute().parent
    known = recall(text, folder)
    if known is not None:
        from digest.config.check import build

        config, problems = build(known, nowhere(), folder, known=True)
        if config is not None:
            return config
    from digest.config.tree import read

    data, places = read(text, path)
    # pydantic is needed from here on, not to find that the file is missing or is no YAML
    from digest.config.check import build

    config, problems = build(data, places, folder)
    if config is None:
        raise report(path, problems)
    return config


def remember(folder: Path) -> None:
    """Keep what the sources.yaml of a project says, so that the next commands read it faster.

    Raises:
        ConfigError: it was changed at this moment, and cannot be read any more or holds a mistake.
    """
    path = folder / NAME
    text = _text(path)
    if recall(text, folder.absolute()) is None:
        from digest.config.tree import read

        check(text, path)
        keep(text, read(text, path)[0], folder.absolute())


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise ConfigError(
            "there is no such file",
            where=str(path),
            cure="Start a project with `digest init DIR`.",
        ) from None
    except OSError as error:
        raise ConfigError(
            f"cannot be read: {error.strerror}", where=str(path), cure="Check its permissions."
        ) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"not UTF-8: byte 0x{raw[error.start]:02x} is no part of a character",
            where=at(path, line),
            cure="Save the file as UTF-8.",
        ) from None
    if not text.strip():
        raise report(
            path, [Problem(1, 1, "", "the file is empty: expected `newsletter:` and more")]
        )
    return text
