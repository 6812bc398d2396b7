r"""Markdown as exports leave it, made whole: paragraphs that a converter broke are joined again.

Exports of newsletters break a paragraph around every link and emphasis, leave the full stop behind
a link on a line of its own, escape the stars of rules, keep HTML's entities. Not a word changes.
"""

from __future__ import annotations

import html
import re

from digest.draft.archive.labels import dressed
from digest.markup.plain import clean

_ESCAPES = re.compile(r"(?<=\S)\\(?=[-.()!+:;,'\"&~|])")  # that no parser needs
_RULE = re.compile(
    r"[ \t]*(?:(?:\\?\*[ \t]*){3,}|(?:\\?-[ \t]*){3,}|(?:_[ \t]*){3,}|(?:\\?~){3,}"
    r"|(?:\\?#[ \t]*){4,})[ \t]*"
)
# What would be an entry's marker in a draft.
_MARKER = re.compile(r"(?<!\\)<!(?=\s*[-–—]+\s*/?\s*entry\b)", re.IGNORECASE)
_TALE = re.compile(r"(?:#{1,6}[ \t]+|\*\*)?\s*Tech[ \t]+Tales?\b", re.IGNORECASE)
_FENCE = re.compile(r"[ \t]*(?:`{3}|~{3})")
_BLOCK = re.compile(r"[ \t]*(?:#{1,6}[ \t]|>|[-*+•][ \t]|\d{1,3}[.)][ \t]|\||`{3}|~{3}|!\[)")
_HEADING = re.compile(r"#{1,6}[ \t]")
_BOLD = re.compile(r"\*\*(?:(?!\*\*).)+\*\*:?", re.DOTALL)
_LONE = re.compile(
    r"(?:\[(?:[^\[\]]|\[[^\[\]]*\])*\]\((?:[^()]|\([^()]*\))*\)|\*(?!\*)[^*\n]+\*|_[^_\n]+_|`[^`\n]+`)+",
)
_TAGLINE = re.compile(r"[*_]{0,3}\s*(?:…|\.{3}).+(?:…|\.{3})\s*[*_]{0,3}", re.DOTALL)
_CONTINUES = re.compile(r"[,;:.!?)\]”’»%]|[a-zà-öø-ÿ]")
_GLUED = re.compile(r"[,;:.!?)\]”’»%]")
_FINISHED = re.compile(r"[.!?:;…\"”’»)\]][*_)\]\"”’]*$")
_HANGS = re.compile(r"[a-zà-öø-ÿ,][ \t]*$")
_OPENS = re.compile(r"[(\[“‘«$#/-]$|\($")
_LABEL_ONLY = re.compile(r"\*\*[^*\n]{2,60}\*\*\s*:?")
_BOLD_SEAM = re.compile(r"(?<=\S)\*\*([ \t]*)\*\*(?=\S)")
_INSIDE = re.compile(r"\*\*[ \t]*([^*\n]+?)([ \t]*)\*\*(?!\*)")


def mend(markdown: str) -> str:
    """The text with a blank line between whole paragraphs and `***` for rules."""
    text = _MARKER.sub(r"\\<!", clean(markdown).replace("\u00a0", " "))
    paragraphs = [_cleaned(part) for part in _paragraphs(text)]
    joined: list[str] = []
    is_tale = False
    for paragraph, following in zip(paragraphs, [*paragraphs[1:], ""], strict=True):
        is_tale = is_tale or _TALE.match(paragraph) is not None
        if joined and _goes_on(joined[-1], paragraph, following, is_tale):
            joined[-1] = _glue(joined[-1], paragraph)
        else:
            joined.append(paragraph)
    return "\n\n".join(_labelled(_even(paragraph)) for paragraph in joined) + "\n"


def _labelled(paragraph: str) -> str:
    if _FENCE.match(paragraph):
        return paragraph
    return "\n".join(dressed(line) for line in paragraph.split("\n"))


def _paragraphs(text: str) -> list[str]:
    """What stands between blank lines; a rule is one of its own, a fence stays whole."""
    found: list[list[str]] = [[]]
    fenced = False
    for line in text.split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
        if fenced or (line.strip() and not _RULE.fullmatch(line)):
            found[-1].append(line.rstrip())
        elif line.strip():
            found += [["***"], []]
        else:
            found.append([])
    return ["\n".join(lines) for lines in found if lines]


def _cleaned(paragraph: str) -> str:
    if _FENCE.match(paragraph):
        return paragraph
    lines = [" ".join(line.split()) for line in html.unescape(paragraph).split("\n")]
    return _ESCAPES.sub("", "\n".join(line for line in lines if line).replace("\u00a0", " "))


def _goes_on(before: str, paragraph: str, following: str, is_tale: bool) -> bool:
    """Whether a paragraph goes on with the one before it; in a story only beyond doubt."""
    if _is_broken_bold(before, paragraph, following):
        return True
    if not _belongs(before, paragraph):
        return False
    return not is_tale or not paragraph[:1].islower() or _ends_lone(before)


def _is_broken_bold(before: str, paragraph: str, following: str) -> bool:
    """Whether bold words stand alone that belong into the sentence around them."""
    last = before.rsplit("\n", 1)[-1]
    whole = _is_label(paragraph) and not paragraph.rstrip("*").endswith(":")
    unfinished = not _FINISHED.search(last) and not _is_label(last) and not _HEADING.match(last)
    return whole and unfinished and bool(_CONTINUES.match(following))


def _belongs(before: str, paragraph: str) -> bool:
    """Whether a paragraph goes on with the one before it."""
    last = before.rsplit("\n", 1)[-1]
    if paragraph == "***" or before == "***" or _HEADING.match(last) or _FENCE.match(last):
        return False
    if _is_label(last) and last.rstrip("* ").endswith(("-", "–", "—")):
        return True
    if _is_label(last):
        return bool(re.match(r"[:.,]", paragraph)) or bool(
            _LONE.match(paragraph) and not _tagged(last)
        )
    if _CONTINUES.match(paragraph) and not _BLOCK.match(paragraph):
        return bool(_GLUED.match(paragraph)) or not _FINISHED.search(last) or _ends_lone(last)
    if _TAGLINE.fullmatch(paragraph) or _BLOCK.match(paragraph):
        return False
    if _LONE.fullmatch(paragraph.split("\n", 1)[0]):
        return not _FINISHED.search(last)
    return _LONE.match(paragraph) is not None and _HANGS.search(last) is not None


def _is_label(line: str) -> bool:
    """Whether a line is in bold from end to end."""
    return _BOLD.fullmatch(line.strip()) is not None


def _tagged(line: str) -> bool:
    """Whether a bold line is a headline or a heading, and not an invitation to read more."""
    words = line.strip("*: ").lower()
    return not words.startswith(("read", "find out", "get ", "check out", "see ", "watch", "more "))


def _ends_lone(line: str) -> bool:
    return re.search(r"[)*_`]$", line) is not None and not re.search(r"[.!?…][”\"’)]*[*_]*$", line)


def _glue(before: str, paragraph: str) -> str:
    if _GLUED.match(paragraph) or _OPENS.search(before):
        return before + paragraph
    return f"{before} {paragraph}"


def _even(paragraph: str) -> str:
    """Bold that was cut into pieces is one piece, and spaces stand outside it."""
    if _FENCE.match(paragraph):
        return paragraph
    paragraph = _BOLD_SEAM.sub(r"\1", paragraph)
    return _INSIDE.sub(lambda match: f"**{match[1]}**{match[2]}", paragraph).rstrip()
