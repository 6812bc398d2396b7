"""Plain text into Markdown that shows exactly that text and can be nothing else."""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import quote

from digest.markup.addresses import is_web, resolve
from digest.markup.plain import paragraphs

# What is special only where a paragraph starts: headings, quotations, lists, lines across the page,
# underlines of headings, fences of front matter.
_AT_START = re.compile(r"\#{1,6}(?=\s|$)|>|[+-](?=\s|$)|[|:-](?=[|: -]*$)|=(?==*$)|\+(?=\+\++$)")
_NUMBERED = re.compile(r"\d{1,9}(?=[.)](?:\s|$))")

_BRACKET = re.compile(r"[\[\]]")
_UNSAFE = re.compile(r"[^!#-;=?-Z_a-z~%\x80-\U0010ffff]|\s")
_ENTITY = re.compile(r"&(?=#?\w+;)")

_ANYWHERE = re.compile(
    r"""
      `                                     # code, fences
    | \*(?!(?<=\s\*)\s)                     # emphasis; not a star that stands alone
    | (?<![^\W_])_ | _(?![^\W_])            # emphasis; not snake_case
    | (?<=~)~ | ~(?=~)                      # strikethrough, fences
    | \\(?=[!-/:-@\[-`{-~]|$)               # a backslash that would escape something
    | &(?=\#?\w{1,31};)                     # entities
    | <(?=[A-Za-z/])                        # tags and automatic links
    | (?<=<)[!?] | (?<=--)>                 # comments, markers
    | \[(?=[\[^]) | (?<=[\[!^])\[           # slots, images, footnotes
    | \](?=[\](\[:]) | (?<=\])\]            # slots, links, definitions
    | (?<={)[{%\#] | (?<=[}%\#])\}          # templates
    """,
    re.VERBOSE,
)


def escape(text: str) -> str:
    """Markdown that renders to exactly this text, paragraph by paragraph.

    Nothing in it can form a heading, list, emphasis, link, HTML, comment, slot, thematic break,
    front matter, fence or template syntax. White space is normalised: paragraphs are divided by a
    blank line, and each stands on one line. Ordinary prose comes out as it went in.
    """
    return "\n\n".join(_paragraph(part) for part in paragraphs(text))


def link(title: str, url: str) -> str:
    """A Markdown link whose words and address can be nothing but that; without address, the words.

    `title` becomes one line.
    """
    target = resolve("", url)
    words = " ".join(paragraphs(title)) or target
    if not is_web(target):
        return _inline(words)
    # beside the link's own brackets, one of the title's would begin or end a slot, and a circumflex
    # a footnote
    beside = {match.start() for match in _BRACKET.finditer(words)}
    words = _inline(words, beside | ({0} if words.startswith("^") else set()))
    target = _UNSAFE.sub(lambda match: quote(match[0]), target)
    target = _ENTITY.sub("&amp;", target)
    if "(" in target or ")" in target:
        target = f"<{target}>"
    return f"[{words}]({target})"


def _paragraph(text: str) -> str:
    if number := _NUMBERED.match(text):
        return _inline(text, {number.end()})
    return _inline(text, {0} if _AT_START.match(text) else set())


def _inline(text: str, places: set[int] | None = None) -> str:
    places = (places or set()) | {m.start() for m in _ANYWHERE.finditer(text)} | _unpaired(text)
    if not places:
        return text
    edges = [0, *sorted(places), len(text)]
    return "\\".join(text[a:b] for a, b in pairwise(edges))


def _unpaired(text: str) -> set[int]:
    """Brackets without a partner: with one from somewhere else they could become a link."""
    waiting: list[int] = []
    alone: set[int] = set()
    for match in _BRACKET.finditer(text):
        if match[0] == "[":
            waiting.append(match.start())
        elif waiting:
            waiting.pop()
        else:
            alone.add(match.start())
    return alone | set(waiting)
