"""The demo's editor: fills a draft's slots by editing its text, as a person would.

She knows nothing that is not in the file: she finds an entry by its headline and its sources, and
writes her headline, her tagline, a sentence before the quotations, her thesis and her answer. The
quotations stay as they are. Her words are in `words.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from digest.errors import Refused

_ENTRY = re.compile(
    r"(?P<open><!-- entry [^\n]*-->\n)(?P<text>.*?)(?P<close>\n<!-- /entry -->)", re.DOTALL
)
_HEADLINE = re.compile(r"^## .*$", re.MULTILINE)
_TAGLINE = re.compile(r"^\*….*…\*$", re.MULTILINE)
_SLOT = re.compile(r"(?<!\\)\[\[\s*(?P<name>[^\W\d_][\w -]*?)\s*(?::[^\]]*)?\]\]")
_FRONT = re.compile(r"\A---\n(?P<front>.*?\n)---\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """What the editor says about one story; `about` holds phrases by which she knows it."""

    about: tuple[str, ...]
    part: str
    headline: str
    tagline: str
    opening: str
    thesis: str
    why: str

    def fits(self, text: str) -> bool:
        """Whether an entry is about this piece's story."""
        folded = text.casefold()
        return any(phrase.casefold() in folded for phrase in self.about)


@dataclass(frozen=True, slots=True)
class Words:
    """Everything the editor writes for one issue; `tale` goes by the names of its slots."""

    subtitle: str
    pieces: tuple[Piece, ...]
    tale: Mapping[str, str]


@cache
def words() -> Words:
    """The words in `words.yaml`."""
    from ruamel.yaml import YAML

    text = (resources.files("digest.demo") / "words.yaml").read_text(encoding="utf-8")
    said: dict[str, Any] = YAML(typ="safe").load(text)
    pieces = tuple(
        Piece(**{**piece, "about": tuple(piece["about"])})  # the other keys are texts
        for piece in said["pieces"]
    )
    tale = said["tale"]
    paragraphs = [" ".join(paragraph.split()) for paragraph in tale["text"].split("\n\n")]
    inspired = "; ".join(tale["inspired"])
    return Words(
        subtitle=said["subtitle"],
        pieces=pieces,
        tale={
            "title": tale["title"],
            "setting": tale["setting"],
            "tale": "\n\n".join(paragraphs),
            "inspired": f"{inspired[:1].upper()}{inspired[1:]}.",
        },
    )


def fill(draft: str, said: Words) -> str:
    """The draft with every slot filled.

    Raises:
        Refused: an entry is about something that the editor has no words for, or a slot is left.
    """
    used: list[Piece] = []

    def entry(match: re.Match[str]) -> str:
        piece = _piece_for(match["text"], said, used)
        used.append(piece)
        return match["open"] + _entry(match["text"], piece) + match["close"]

    text = _ENTRY.sub(entry, draft)
    text = _front(text, said, used)
    for name, value in said.tale.items():
        text = _fill_slot(text, name, value)
    left = _SLOT.search(text)
    if left:
        raise Refused(
            f"the demo's editor does not know what to write for {left[0]}",
            cure="The draft has a slot that is new to her; please report it.",
        )
    return text


def _piece_for(text: str, said: Words, used: list[Piece]) -> Piece:
    # the headline speaks first: a roundup's sources may name other stories too
    first_line = text.partition("\n")[0]
    for known in (first_line, text):
        for piece in said.pieces:
            if piece not in used and piece.fits(known):
                return piece
    raise Refused(
        f"the demo's editor has no words for the story {first_line.removeprefix('## ')!r}",
        cure="Add a piece to digest/demo/words.yaml, or keep another story.",
    )


def _entry(text: str, piece: Piece) -> str:
    text = _HEADLINE.sub(lambda _: f"## {piece.headline}", text, count=1)
    text = _fill_slot(text, "tagline", piece.tagline)
    text = _TAGLINE.sub(lambda match: f"{match[0]}\n\n{piece.opening}", text, count=1)
    text = _fill_slot(text, "why", piece.thesis)
    return _fill_slot(text, "why", piece.why)


def _fill_slot(text: str, name: str, value: str) -> str:
    """The first slot of that name, filled."""
    for match in _SLOT.finditer(text):
        if match["name"] == name:
            return text[: match.start()] + value.strip() + text[match.end() :]
    return text


def _front(text: str, said: Words, used: list[Piece]) -> str:
    """The title's parts and the subtitle, in the front matter."""
    match = _FRONT.match(text)
    if match is None:
        raise Refused("the draft has no front matter", cure="Run the demo again in a new folder.")
    parts = [piece.part for piece in used]
    lines = [_front_line(line, parts, said.subtitle) for line in match["front"].splitlines()]
    return "---\n" + "\n".join(lines) + "\n---\n" + text[match.end() :]


def _front_line(line: str, parts: list[str], subtitle: str) -> str:
    if line.startswith("subtitle:"):
        return f'subtitle: "{subtitle}"'
    if not line.startswith("title:"):
        return line
    for number, part in enumerate(parts):
        line = _fill_slot(line, "part", part if number else part[:1].upper() + part[1:])
    return line
