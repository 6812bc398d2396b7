r"""Markdown as exports leave it, made whole: paragraphs that a converter broke are joined again.

Exports of newsletters break a paragraph around every link and emphasis, leave the full stop behind
a link on a line of its own, escape the stars of rules, keep HTML's entities. Not a word changes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from digest.draft.archive.dialect import in_one_way
from digest.draft.archive.emphasis import evened
from digest.draft.archive.invitations import INVITES
from digest.draft.archive.labels import dressed
from digest.draft.archive.wrapped import unwrapped
from digest.markup.plain import clean

_ESCAPES = re.compile(r"(?<=\S)\\(?=[-.()!+:;,'\"&~|…])")  # that no parser needs
_RULE = re.compile(
    r"[ \t]*(?:(?:\\?\*[ \t]*){3,}|(?:\\?-[ \t]*){3,}|(?:_[ \t]*){3,}|(?:\\?~){3,}"
    r"|(?:\\?#[ \t]*){3,}|(?:[•·⁂–—◦][ \t]*)+|={3,})[ \t]*"
)
# What would be an entry's marker in a draft.
_MARKER = re.compile(r"(?<!\\)<!(?=\s*[-–—]+\s*/?\s*entry\b)", re.IGNORECASE)
_TALE = re.compile(r"(?:#{1,6}[ \t]+|\*\*)?\s*Tech[ \t]+Tales?\b", re.IGNORECASE)
_TALE_LINE = re.compile(
    r"(?:#{1,6}[ \t]+|\*\*)\s*Tech[ \t]+Tales?\s*:?\s*(?:\*\*)?:?", re.IGNORECASE
)
_OWN_PART = re.compile(
    r"[*_]{0,3}(?:Why this matters|Things that inspired|AI usage\b|Thanks for reading\b)"
    rf"|(?:\*\*|__)\s*{INVITES}",
    re.IGNORECASE,
)
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

# A bold line in pieces.
_MOST_PIECES = 6
_LONGEST_BOLD = 400
_PIECE = re.compile(
    r"\*{1,3}(?:[^*\n]|(?<!\*)\*[^*\n]+\*(?!\*))+\*{1,3}:?|\[[^\[\]\n]+\]\([^()\s]+\)|[,;–—-]"
)
_OPEN_TAGLINE = re.compile(r"[*_]{0,3}\s*(?:…|\.{3})\s*(?:\S|\Z)")
_ENDED_TAGLINE = re.compile(r"[^\s*_.…]\s*(?:…|\.{3})\s*[*_]{0,3}$")
_LINK_TARGET = re.compile(r"\]\([^()\s]*\)$")
# A link, and another behind it: with a semicolon, or in brackets.
_ENDED_LINK = re.compile(r"\]\((?:[^()\s]|\([^()\s]*\))*\)[;,]?$")
_MORE_LINKS = re.compile(r"[;,]?\s*\(\s*\[|;\s*\[")
_LAST_PIECE = re.compile(
    r"\*\*(?!\*)(?P<words>(?:[^*\n]|(?<!\*)\*[^*\n]+\*(?!\*))+)\*\*(?!\*)(?P<colon>:?)"
)
_BARE_WHY = re.compile(
    r"(?P<label>\*\*\s*Why (?:this|it) matters)\s*"
    r"(?:\*\*\s*(?P<dash>[-–—])?|(?P<inside>[-–—])\s*\*\*)",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"\*\*(?:(?!\*\*).)+\*\*", re.DOTALL)
_BOLD_EMPHASIS = re.compile(r"\*{3}([^*]+)\*{3}")
_BOLD_MARKS = re.compile(r"\*\*")
_INVITES = re.compile(rf"\*\*\s*{INVITES}", re.IGNORECASE)


def mend(markdown: str) -> str:
    """The text with a blank line between whole paragraphs and `***` for rules."""
    text = _MARKER.sub(r"\\<!", in_one_way(unwrapped(clean(markdown).replace("\u00a0", " "))))
    paragraphs = _whole_lines([_cleaned(part) for part in _paragraphs(text)])
    joined: list[str] = []
    is_tale = False
    for paragraph, following in zip(paragraphs, [*paragraphs[1:], ""], strict=True):
        is_tale = is_tale or _TALE.match(paragraph) is not None
        if joined and _goes_on(joined[-1], paragraph, following, is_tale):
            joined[-1] = _glue(joined[-1], paragraph)
        else:
            joined.append(paragraph)
    return dressed_up(joined)


def dressed_up(paragraphs: Sequence[str]) -> str:
    """Whole paragraphs as one text, with the labels of an issue's parts in one form."""
    return "\n\n".join(_labelled(_even(paragraph)) for paragraph in paragraphs) + "\n"


def _whole_lines(paragraphs: Sequence[str]) -> list[str]:
    """The paragraphs, where a headline or tagline that was broken is one line again."""
    joined: list[str] = []
    index = 0
    is_tale = False
    while index < len(paragraphs):
        is_tale = is_tale or _TALE.match(paragraphs[index]) is not None
        whole = paragraphs[index]
        index += 1
        if not is_tale:
            for join in (_bold_from, _tagline_from):
                taken, whole = join([whole, *paragraphs[index : index + _MOST_PIECES]])
                index += taken - 1
        joined.append(whole)
    return joined


def _tagline_from(paragraphs: Sequence[str]) -> tuple[int, str]:
    """The same for a tagline, which begins and ends with an ellipsis."""
    *above, first = paragraphs[0].split("\n")
    if not _OPEN_TAGLINE.match(first) or _ENDED_TAGLINE.search(first):
        return 1, paragraphs[0]
    for count in range(2, len(paragraphs) + 1):
        bold, _, below = paragraphs[count - 1].partition("\n")
        whole = " ".join([first, *paragraphs[1 : count - 1], bold])
        if "\n" in "".join(paragraphs[1 : count - 1]) or "***" in paragraphs[:count]:
            break
        if _ENDED_TAGLINE.search(whole) and len(whole) < _LONGEST_BOLD:
            inside = re.sub(r"(?<!\*)\*(?!\*)|\b_|_\b", "", whole).strip("*_ ")
            return count, "\n".join(filter(None, [*above, f"*{inside}*", below]))
    return 1, paragraphs[0]


def _bold_from(paragraphs: Sequence[str]) -> tuple[int, str]:
    """How many paragraphs make one bold line, and that line with what follows it at once."""
    first = paragraphs[0]
    if not first.startswith("**") or first == "***" or "\n" in first:
        return 1, first
    if (match := _BARE_WHY.fullmatch(first)) and len(paragraphs) > 1:
        thesis = _LAST_PIECE.match(paragraphs[1])
        if thesis and (match["dash"] or thesis["words"].rstrip().endswith(":")):
            rest = paragraphs[1][thesis.end() :]
            return 2, f"{match['label']} - {thesis['words'].strip()}**{thesis['colon']}{rest}"
    is_open = len(_BOLD_MARKS.findall(first)) % 2 == 1
    if not is_open and not _may_go_on(first):
        return 1, first
    for count in range(2, len(paragraphs) + 1):
        *pieces, last = paragraphs[:count]
        if "***" in pieces or "\n" in "".join(pieces) or len(" ".join(pieces)) > _LONGEST_BOLD:
            break
        bold, _, below = last.partition("\n")
        whole = " ".join([*pieces, bold])
        end = _LAST_PIECE.match(last)
        if is_open and _CLOSED.match(whole):
            return count, f"{whole}\n{below}" if below else whole
        if end and _in_pieces([*pieces, end[0]]):
            inside = " ".join([*pieces, end["words"]])
            inside = _BOLD_MARKS.sub("", _BOLD_EMPHASIS.sub(r"*\1*", inside))
            return count, f"**{inside.strip()}**{end['colon']}{last[end.end() :]}"
    return 1, first


def _in_pieces(pieces: Sequence[str]) -> bool:
    """Whether bold and emphasised pieces, the last of them with a colon, are one bold line."""
    if not _may_go_on(pieces[0]) or not all(_PIECE.fullmatch(each) for each in pieces[1:]):
        return False
    ends = [_LINK_TARGET.sub("", each).strip("*[ ")[-1:] for each in pieces[1:]]
    asks = ends[-1] in (":", "?") or pieces[-1].endswith(":")
    return asks and not set(ends[:-1]) & set(".…])!")


def _may_go_on(line: str) -> bool:
    """Whether bold words that stand alone may be the beginning of a line, and no label."""
    if _INVITES.match(line) or not _PIECE.fullmatch(line):
        return False
    return line.strip("* ")[-1:] not in set(":.…])?!")


def _labelled(paragraph: str) -> str:
    if _FENCE.match(paragraph):
        return paragraph
    return "\n".join(dressed(line) for line in paragraph.split("\n"))


def _paragraphs(text: str) -> list[str]:
    """What stands between blank lines; a rule is one of its own, a fence stays whole."""
    found: list[list[str]] = [[]]
    fenced = False
    lines = text.split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if _FENCE.match(line):
            fenced = not fenced
        if found[-1] and not fenced and _begins_part(line, following):
            found.append([])
        if fenced or (line.strip() and not _RULE.fullmatch(line)):
            found[-1].append(line.rstrip())
        elif line.strip():
            found += [["***"], []]
        else:
            found.append([])
    return ["\n".join(lines) for lines in found if lines]


def _begins_part(line: str, following: str) -> bool:
    """Whether a line begins an item or the coda, though no blank line stands above it."""
    if _TALE_LINE.fullmatch(line.strip()) or _OWN_PART.match(line):
        return True
    return _BOLD.fullmatch(line.strip()) is not None and bool(_TAGLINE.fullmatch(following.strip()))


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
    if before == "***" or _TAGLINE.fullmatch(following.split("\n", 1)[0]):
        return False
    last = before.rsplit("\n", 1)[-1]
    whole = _is_label(paragraph) and not paragraph.rstrip("*").endswith(":")
    unfinished = not _FINISHED.search(last) and not _is_label(last) and not _HEADING.match(last)
    return whole and unfinished and bool(_CONTINUES.match(following))


def _belongs(before: str, paragraph: str) -> bool:
    """Whether a paragraph goes on with the one before it."""
    last = before.rsplit("\n", 1)[-1]
    if _OWN_PART.match(paragraph) or paragraph == "***" or before == "***":
        return False
    if _HEADING.match(last) or _FENCE.match(last):
        return False
    if _is_label(last) and last.rstrip("* ").endswith(("-", "–", "—")):
        return True
    if _links_on(last, paragraph):
        return True
    if _is_label(last):
        if _TAGLINE.fullmatch(paragraph):
            return False
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


def _links_on(last: str, paragraph: str) -> bool:
    """Whether a link follows that belongs to the one before it."""
    if paragraph.startswith("[") and last.endswith(("(", ");")):
        return True
    return _ENDED_LINK.search(last) is not None and _MORE_LINKS.match(paragraph) is not None


def _is_label(line: str) -> bool:
    """Whether a line is in bold from end to end."""
    return _BOLD.fullmatch(line.strip()) is not None


def _tagged(line: str) -> bool:
    """Whether a bold line is a headline or a heading, and not an invitation to read more."""
    return _INVITES.match(line) is None


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
    return evened(paragraph).rstrip()
