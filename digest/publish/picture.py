"""The picture that others show beside a link to an issue: drawn here, the same bytes everywhere.

Set in Literata (SIL Open Font License), which stands beside this file with Latin, Greek, Cyrillic
and Vietnamese letters. What it has no letters for is left out rather than shown as boxes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from digest.config.schema import Newsletter
from digest.publish import paths
from digest.publish.cards import Shelved, ThemeCard
from digest.publish.frame import Page, Site
from digest.publish.png import png
from digest.publish.program import FONT, drawer, fingerprint
from digest.publish.words import day_in_words

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

WIDTH, HEIGHT = 1200, 630
_EDGE = 84
_INSIDE = WIDTH - 2 * _EDGE
_TOP, _BOTTOM = 186, 508

_SIZES = (96, 88, 80, 72, 66, 60, 54, 48, 43)
_LEADING = 1.18

# As the style sheet has them in the light: paper first, then what stands on it.
_PAPER = (0xFC, 0xFA, 0xF5)
_INK, _SOFT, _RULE, _RUBRIC = range(4)
_COLOURS = (
    *((0x1F, 0x1C, 0x18), (0x63, 0x5B, 0x50), (0xD9, 0xD0, 0xC0), (0x9A, 0x25, 0x19)),
    *((0x00, 0x72, 0xB2), (0xC4, 0x50, 0x0A), (0x00, 0x7A, 0x5A), (0xA3, 0x49, 0x7F)),
    *((0x8A, 0x6A, 0x00), (0x2F, 0x7E, 0xA8), (0x5B, 0x5B, 0x5B), (0x7A, 0x4A, 0x21)),
)
_THEMES = 4 - 1  # the place of the colour before that of theme 1
_STEPS = 8  # of each colour, from nearly paper to itself

# Marks that the font lacks and another stands for.
_FOLDED = {"‐": "-", "‑": "-", "‒": "–", "―": "—", "\u00a0": " ", "\u202f": " "}


@dataclass(frozen=True, slots=True)
class Picture:
    """What stands on a picture: all of it plain text.

    Attributes:
        name: The newsletter's, at the top.
        corner: What stands opposite it.
        lines: What is set large, each beginning a line.
        foot: What stands opposite the themes.
        themes: Title and colour, 1 to 8.
    """

    name: str
    corner: str
    lines: tuple[str, ...]
    foot: str
    themes: tuple[tuple[str, int], ...]


def picture_files(site: Site) -> Iterator[Page]:
    """A picture for each issue, and one for all other pages.

    A picture is drawn again only when its own words change, not with every change of a template.
    """
    yield _page(paths.PICTURE, newsletter_picture(site.newsletter, site.themes))
    for shelved in site.shelf:
        picture = issue_picture(site.newsletter, shelved)
        yield _page(paths.picture(shelved.card.id), picture)


def _page(path: str, picture: Picture) -> Page:
    return Page(path, fingerprint(drawer(), repr(picture)), partial(draw, picture))


def newsletter_picture(newsletter: Newsletter, themes: Sequence[ThemeCard]) -> Picture:
    """What stands on the picture of every page that is no issue's."""
    title = newsletter.title
    lines = (newsletter.description,) if newsletter.description else (title,)
    marks = tuple((theme.title, theme.colour) for theme in themes)
    return Picture(title, "", lines, _host(newsletter), marks)


def issue_picture(newsletter: Newsletter, shelved: Shelved) -> Picture:
    """What stands on an issue's picture."""
    card = shelved.card
    parts = tuple(part.striptags() for part in card.parts)
    count: dict[ThemeCard, int] = {}
    for entry in shelved.entries:
        for theme in entry.themes:
            count[theme] = count.get(theme, 0) + 1
    themes = sorted(count, key=lambda theme: -count[theme])
    lines = tuple(f"{one};" for one in parts[:-1]) + parts[-1:]
    return Picture(
        name=newsletter.title,
        corner=f"No. {card.number}",
        lines=lines,
        foot=day_in_words(card.shown) if card.shown else _host(newsletter),
        themes=tuple((theme.title, theme.colour) for theme in themes),
    )


def _host(newsletter: Newsletter) -> str:
    return urlsplit(newsletter.url).hostname or ""


# --------------------------------------------------------------------------------------- the words


def settable(text: str) -> str:
    """The text in the font's letters; empty where a letter of it cannot be set.

    Marks and pictures that the font lacks (emoji, arrows) are left out of it.
    """
    found = []
    for character in " ".join(unicodedata.normalize("NFC", text).split()):
        for one in _FOLDED.get(character, character):
            drawn = one if _has(one) else _plainer(one)
            if not drawn and unicodedata.category(one)[0] in "LN":
                return ""
            found.append(drawn)
    return " ".join("".join(found).split())


def _plainer(character: str) -> str:
    """The letters that a letter is made of, without the marks that the font lacks."""
    parts = unicodedata.normalize("NFKD", character)
    kept = "".join(one for one in parts if not unicodedata.combining(one))
    return kept if kept != character and kept and all(map(_has, kept)) else ""


@cache
def _has(character: str) -> bool:
    return character == " " or _shape(character) != _shape("\uffff")


def _shape(character: str) -> tuple[tuple[int, int], bytes]:
    mask = _font(40).getmask(character)
    return mask.size, bytes(mask)


@cache
def _font(size: int) -> FreeTypeFont:
    from PIL import ImageFont

    # The basic layout is Pillow's own; the other would depend on what the machine has installed.
    return ImageFont.truetype(str(FONT), size, layout_engine=ImageFont.Layout.BASIC)


def _wrapped(text: str, size: int) -> list[str]:
    """The text in lines that fit; a word that is too long alone is broken."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if _font(size).getlength(longer) <= _INSIDE:
            line = longer
            continue
        lines += [line] if line else []
        while _font(size).getlength(word) > _INSIDE:
            cut = next(
                n for n in range(len(word), 0, -1) if _font(size).getlength(word[:n]) <= _INSIDE
            )
            lines.append(word[:cut])
            word = word[cut:]  # noqa: PLW2901 - what is left of it
        line = word
    return [*lines, line] if line else lines


def _set(texts: Sequence[str]) -> tuple[int, list[list[str]]]:
    """The largest size at which all texts fit, and their lines; at the smallest, what fits."""
    for size in _SIZES:
        found = [_wrapped(text, size) for text in texts]
        if _height(found, size) <= _BOTTOM - _TOP:
            return size, found
    size, kept = _SIZES[-1], []
    for lines in found:
        for line in lines:
            kept.append([line])
            if _height([[one[0] for one in kept]], size) > _BOTTOM - _TOP:
                kept.pop()
                last = kept[-1][0]
                while _font(size).getlength(f"{last}…") > _INSIDE:
                    last = last[:-1]
                kept[-1] = [f"{last.rstrip(' ;,.')}…"]
                return size, [[one[0] for one in kept]]
    return size, found


def _height(found: Sequence[Sequence[str]], size: int) -> float:
    return (sum(map(len, found)) + 0.22 * (len(found) - 1)) * size * _LEADING


# ----------------------------------------------------------------------------------------- drawing


class _Sheet:
    """A sheet of paper to draw on; every colour in so many steps from the paper's."""

    def __init__(self) -> None:
        import numpy as np

        self.pixels = np.zeros((HEIGHT, WIDTH), np.uint8)

    def box(self, x: int, y: int, width: int, height: int, colour: int) -> None:
        self.pixels[y : y + height, x : x + width] = 1 + colour * _STEPS + _STEPS - 1

    def text(self, x: int, y: int, text: str, size: int, colour: int) -> None:
        """A line of text; `y` is where its letters stand."""
        import numpy as np
        from PIL import Image, ImageDraw

        high, low = round(size * 1.25), round(size * 0.4)
        width = min(WIDTH - x, round(_font(size).getlength(text)) + size)
        line = Image.new("L", (width, high + low))
        ImageDraw.Draw(line).text((0, high), text, fill=255, font=_font(size), anchor="ls")
        top = max(0, y - high)
        inked = np.asarray(line)[high - y + top : high - y + HEIGHT].astype(np.uint16)
        steps = (inked * _STEPS + 127) // 255
        here: Any = self.pixels[top : top + steps.shape[0], x : x + width]
        here[steps > 0] = (colour * _STEPS + steps[steps > 0]).astype(np.uint8)

    def right(self, y: int, text: str, size: int, colour: int) -> None:
        """A line of text that ends at the right edge."""
        width = round(_font(size).getlength(text))
        self.text(max(_EDGE, WIDTH - _EDGE - width), y, text, size, colour)


def _palette() -> list[tuple[int, int, int]]:
    found = [_PAPER]
    for colour in _COLOURS:
        for step in range(1, _STEPS + 1):
            mixed = [
                (paper * (_STEPS - step) + ink * step + _STEPS // 2) // _STEPS
                for paper, ink in zip(_PAPER, colour, strict=True)
            ]
            found.append((mixed[0], mixed[1], mixed[2]))
    return found


def draw(picture: Picture) -> bytes:
    """The picture as PNG, 1200 pixels wide and 630 high."""
    sheet = _Sheet()
    sheet.box(0, 0, WIDTH, 14, _RUBRIC)
    _head(sheet, picture)
    lines = [text for text in map(settable, picture.lines) if text]
    lines[-1:] = [text.removesuffix(";") for text in lines[-1:]]
    size, found = _set(lines or [settable(picture.corner) or settable(picture.name)])
    y = _TOP + (_BOTTOM - _TOP - _height(found, size)) / 2 + size * 0.92
    for text in found:
        for line in text:
            sheet.text(_EDGE, round(y), line, size, _INK)
            y += size * _LEADING
        y += 0.22 * size * _LEADING
    _foot(sheet, picture)
    return png(sheet.pixels, _palette())


def _head(sheet: _Sheet, picture: Picture) -> None:
    corner = settable(picture.corner)
    room = _INSIDE - (_font(36).getlength(corner) + 40 if corner else 0)
    name = _fitting(settable(picture.name), 44, room)
    sheet.text(_EDGE, 112, name, 44, _RUBRIC)
    if corner:
        sheet.right(112, corner, 36, _SOFT)
    sheet.box(_EDGE, 142, _INSIDE, 2, _RULE)


def _foot(sheet: _Sheet, picture: Picture) -> None:
    sheet.box(_EDGE, 530, _INSIDE, 2, _RULE)
    foot = settable(picture.foot)
    end = WIDTH - _EDGE - _font(30).getlength(foot) - 40
    sheet.right(582, foot, 30, _SOFT)
    x = _EDGE
    for title, colour in picture.themes:
        words = settable(title)
        width = 34 + round(_font(30).getlength(words))
        if words and x + width <= end:
            sheet.box(x, 561, 22, 22, _THEMES + colour)
            sheet.text(x + 34, 582, words, 30, _THEMES + colour)
            x += width + 34


def _fitting(text: str, size: int, room: float) -> str:
    """As many of its words as fit, and a mark where some are missing."""
    if _font(size).getlength(text) <= room:
        return text
    words = text.split()
    for count in range(len(words) - 1, 0, -1):
        shorter = " ".join(words[:count]).rstrip(" ,;:") + "…"
        if _font(size).getlength(shorter) <= room:
            return shorter
    return ""
