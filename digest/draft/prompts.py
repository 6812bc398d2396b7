"""What a language model is asked: a Jinja template over a story's texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from digest.draft.material import Material
from digest.draft.style import bundled_styles
from digest.errors import ConfigError, at

if TYPE_CHECKING:
    from jinja2 import Template

SUMMARY = "prompts/summary.txt"
SENTENCES = 4
LONGEST_LEAD = 8_000  # characters of the primary source
LONGEST_OTHER = 2_000
MOST_TEXTS = 4


def summary_prompt(
    material: Material, folders: Sequence[Path] = (), sentences: int = SENTENCES
) -> str:
    """The prompt for a story's summary; empty where nothing of the story's texts is stored.

    Args:
        material: The story with its texts, the primary source first.
        folders: Folders of templates that come before the built-in one.
        sentences: The most that are asked for.

    Raises:
        ConfigError: the template is broken, or asks for something that there is not.
    """
    from jinja2 import TemplateError

    items = [item for item in material.items if item.text.strip()][:MOST_TEXTS]
    if not items:
        return ""
    sources = [
        {
            "name": material.source_names.get(item.source_id, item.source_id),
            "title": " ".join(item.title.split()),
            "text": item.text[: LONGEST_OTHER if number else LONGEST_LEAD].strip(),
        }
        for number, item in enumerate(items)
    ]
    path, template = _template(SUMMARY, folders)
    try:
        return template.render(
            title=sources[0]["title"], sources=sources, sentences=sentences
        ).strip()
    except TemplateError as problem:
        raise _broken(path, problem) from problem


def _template(name: str, folders: Sequence[Path]) -> tuple[Path, Template]:
    """The first of that name, read anew each time: nobody asks for many."""
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    places = [folder / name for folder in (*folders, bundled_styles().parent)]
    path = next((place for place in places if place.is_file()), places[-1])
    environment = SandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True)
    try:
        return path, environment.from_string(path.read_text(encoding="utf-8"))
    except (TemplateError, OSError, UnicodeDecodeError) as problem:
        raise _broken(path, problem) from problem


def _broken(path: Path, problem: Exception) -> ConfigError:
    return ConfigError(
        f"the prompt cannot be made: {problem}",
        where=at(path, getattr(problem, "lineno", None)),
        cure="Compare it with the built-in one, or take it away.",
    )
