"""The templates: built in, and overridden one file at a time by the project's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from digest.errors import ConfigError, at

if TYPE_CHECKING:
    from jinja2 import Environment

# How a template's engine names what was asked for what it has not.
_OBJECT = re.compile(r"'(?:\w+\.)*(\w+) object' has no attribute ('\w+')")

_HERE = Path(__file__).parents[1]
# The wheel carries the templates inside the package; a checkout, which has none there, at its top.
_PLACES = (_HERE / "_bundled" / "templates", _HERE.parent / "templates")


def built_in() -> Path:
    """The folder of the built-in templates.

    Raises:
        ConfigError: the installation is incomplete.
    """
    for place in _PLACES:
        if (place / "base.html").is_file():
            return place
    raise ConfigError(
        "the built-in templates are missing", where=str(_PLACES[0]), cure="Install digest again."
    )


class Templates:
    """Renders templates with HTML and XML escaped, and no name undefined.

    Args:
        override: A folder whose files stand in for the built-in ones of the same name; it need
            not exist.
    """

    def __init__(self, override: Path | None = None) -> None:
        self._folders = (*([override] if override and override.is_dir() else []), built_in())

    @cached_property
    def _environment(self) -> Environment:
        # Loaded where there is something to render: a build that changes nothing renders nothing.
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        return Environment(
            loader=FileSystemLoader(self._folders),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )

    def render(self, name: str, values: Mapping[str, Any]) -> str:
        """One template's text.

        Raises:
            ConfigError: the template is missing, cannot be read, or asks for what is not there;
                `where` names its file and line.
        """
        try:
            return self._environment.get_template(name).render(values)
        except Exception as problem:  # a template may do anything; say where it did
            self._blame(name, problem)

    def text(self, name: str) -> str:
        """A file that is published as it stands, such as the style sheet.

        Raises:
            ConfigError: it is missing or not UTF-8.
        """
        for folder in self._folders:
            if (folder / name).is_file():
                try:
                    return (folder / name).read_text(encoding="utf-8")
                except UnicodeDecodeError:
                    raise ConfigError(
                        "this file is not UTF-8",
                        where=str(folder / name),
                        cure="Save it as UTF-8.",
                    ) from None
        raise ConfigError("there is no such template", where=str(self._folders[-1] / name))

    def fingerprint(self) -> str:
        """A digest of every template that can be used: it changes when any of them does."""
        found = sha256()
        for folder in self._folders:
            for path in sorted(folder.glob("*.*")):
                if path.is_file():
                    found.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
        return found.hexdigest()

    def _blame(self, name: str, problem: Exception) -> NoReturn:
        """Raise what went wrong as an error that names the template's own file and line."""
        from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError

        if isinstance(problem, TemplateSyntaxError):
            where = at(problem.filename or name, problem.lineno)
        else:
            where = self._line(problem) or name
        what = _OBJECT.sub(r"\1 has no \2", str(problem))
        if isinstance(problem, TemplateNotFound):
            what = f"there is no template {what!r}"
        elif not isinstance(problem, TemplateError):
            what = f"{type(problem).__name__}: {what}"
        raise ConfigError(
            f"the template cannot be used: {what}",
            where=where,
            cure="Mend the template, or delete it to use the built-in one, whose first line says"
            " what it gets.",
        ) from problem

    def _line(self, problem: Exception) -> str:
        """The innermost template line that a traceback passes through."""
        folders = {str(folder) for folder in self._folders}
        found, step = "", problem.__traceback__
        while step:
            path = step.tb_frame.f_code.co_filename
            if str(Path(path).parent) in folders:
                found = at(path, step.tb_lineno)
            step = step.tb_next
        return found
