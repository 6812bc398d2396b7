"""Styles of draft: which parts an entry has, in what dress, and what each slot asks for.

A style is one file, `templates/drafts/NAME.md`: an entry with its parts in braces. Writing fills
the braces; reading finds the labels that stand before them. So a style is described once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

from digest.errors import ConfigError

DEFAULT = "import-ai"
PARTS = ("headline", "tagline", "body", "thesis", "why", "references", "extra")

_COMMENT = re.compile(r"\A\s*<!--.*?-->\s*", re.DOTALL)
_PART = re.compile(r"\{(?P<name>[a-z]+)(?::\s*(?P<hint>[^{}]+))?\}")
_LABEL = re.compile(r"\*\*(?P<label>[^*{}]+?)(?:\s*[-–—]\s*\{thesis[^{}]*\})?:\*\*\s*\Z")


@dataclass(frozen=True, slots=True)
class Style:
    """How an entry is dressed.

    Attributes:
        name: The file's name without `.md`.
        order: The parts in the order they are written.
        labels: The bold label before a part, without its colon: `{"why": "Why this matters"}`.
        hints: What the slot of a part asks for; a part without a hint has no slot.
        one_line: Whether a whole entry stands on one line.
    """

    name: str
    order: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    one_line: bool = False

    def has(self, part: str) -> bool:
        """Whether entries of this style have that part."""
        return part in self.order

    @property
    def why_label(self) -> str:
        """What stands before the editor's judgement."""
        return self.labels.get("why", "Why this matters")


def style_named(name: str, folders: Sequence[Path] = ()) -> Style:
    """The style of that name, from the first of the folders that has it, else the built-in one.

    Args:
        name: Such as `import-ai`.
        folders: Folders of templates, each with `drafts/NAME.md`; a project's own come first.

    Raises:
        ConfigError: there is no such style, or its file names a part that entries do not have.
    """
    for folder in folders:
        path = folder / "drafts" / f"{name}.md"
        if path.is_file():
            return parse_style(name, path.read_text(encoding="utf-8"), str(path))
    return _built_in(name)


def parse_style(name: str, template: str, where: str = "") -> Style:
    """Reads a style's file.

    Raises:
        ConfigError: it names an unknown part, or none of headline and body.
    """
    shape = _COMMENT.sub("", template).strip()
    order: list[str] = []
    labels: dict[str, str] = {}
    hints: dict[str, str] = {}
    for match in _PART.finditer(shape):
        part = match["name"]
        if part not in PARTS or part in order:
            raise ConfigError(
                f"the style {name} has the part {{{part}}} "
                + ("twice" if part in order else "that no entry has"),
                where=where,
                cure=f"use each of these at most once: {', '.join(PARTS)}",
            )
        order.append(part)
        if match["hint"]:
            hints[part] = match["hint"].strip()
        line = shape[shape.rfind("\n", 0, match.start()) + 1 : match.start()]
        if label := _LABEL.search(line):
            labels[part] = label["label"].strip()
    if not {"headline", "body"} <= set(order):
        raise ConfigError(
            f"the style {name} lacks {{headline}} or {{body}}", where=where, cure="add both"
        )
    return Style(name, tuple(order), labels, hints, one_line="\n" not in shape)


def bundled_styles() -> Path:
    """The folder of the built-in styles: in the wheel, or at the top of the checkout."""
    package = Path(str(files("digest")))
    packed = package / "_bundled" / "templates" / "drafts"
    return packed if packed.is_dir() else package.parent / "templates" / "drafts"


@cache
def _built_in(name: str) -> Style:
    folder = bundled_styles()
    path = folder / f"{name}.md"
    known = sorted(each.stem for each in folder.glob("*.md"))
    if name not in known:
        raise ConfigError(
            f"there is no style of draft called {name!r}",
            cure=f"use one of {', '.join(known)}, or write templates/drafts/{name}.md",
        )
    return parse_style(name, path.read_text(encoding="utf-8"), str(path))
