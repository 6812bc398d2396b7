r"""Markdown as other programs write it, in the one way that `mend` reads.

Line breaks as a backslash or a tag, bold as a tag, headings underlined, addresses at the end of
the file, emphasis in pieces: what they stand for is written out. Not a word changes; fenced text is
left alone.
"""

from __future__ import annotations

import re

from digest.draft.archive.emphasis import evened

_FENCED = re.compile(
    r"^[ \t]*(?:`{3}|~{3}).*?^[ \t]*(?:`{3}|~{3})[ \t]*$", re.MULTILINE | re.DOTALL
)
_TAGS = (
    (re.compile(r"</?(?:strong|b)>", re.IGNORECASE), "**"),
    (re.compile(r"</?(?:em|i)>", re.IGNORECASE), "*"),
    (re.compile(r"[ \t]*<br[ \t]*/?>[ \t]*\n?", re.IGNORECASE), "\n"),
    (re.compile(r"^[ \t]*<hr[ \t]*/?>[ \t]*$", re.IGNORECASE | re.MULTILINE), "\n***\n"),
)
_BREAK = re.compile(r"(?<=[^\\\n])\\[ \t]*$", re.MULTILINE)
_UNDERLINED = re.compile(
    r"(?:\A|(?<=\n\n))(?P<words>(?![#>*+-] )[^\n]{2,200}[^\n.])\n(?P<line>=+|-{3,})[ \t]*$",
    re.MULTILINE,
)
# A headline in italics too; where bold stands above it, it is a piece of a broken one.
_HEAVY = re.compile(
    r"^(?<![^*]\*\*\n\n)\*{3}(?P<words>[^*\n]+)\*{3}(?P<colon>:?)[ \t]*$"
    r"(?=\n{1,4}[*_]{0,3}[ \t]*(?:…|\.\.))",
    re.MULTILINE,
)
_HEADED_BOLD = re.compile(
    r"^(?P<mark>#{1,6}[ \t]+)\*\*(?P<words>[^*\n]+(?:\*[^*\n]+\*[^*\n]*)*)\*\*(?P<colon>:?)[ \t]*$",
    re.MULTILINE,
)
_GAP = re.compile(r"(\n(?:[ \t]*\n)+)")
# A headline on two lines, and a thesis on the line below its label.
_TWO_LINES = re.compile(
    r"^\*\*(?P<first>[^*\n]+)\*\*(?:\n|(?<![:.!?…]\*\*)\n\n+)\*\*(?P<second>[^*\n]+)\*\*"
    r"(?=\n{1,4}[*_]{0,3}[ \t]*(?:…|\.\.))",
    re.MULTILINE,
)
# A tagline whose dots stand on lines of their own, or with the text right behind it.
_DOTS = r"(?:[.…]*…[.…]*|\.{2,})"
_PARTED_TAGLINE = re.compile(
    rf"^{_DOTS}[ \t]*\n\s*(?P<mark>[*_])(?P<words>[^*_\n]{{3,200}})(?P=mark)\s*{_DOTS}[ \t]*$",
    re.MULTILINE,
)
_HALVED_TAGLINE = re.compile(
    rf"^\*(?P<first>{_DOTS}[^*\n]*[^*.…\n][^*\n]*)\*[ \t]*\n\s*\*(?P<rest>[^*\n]+{_DOTS})\*[ \t]*$",
    re.MULTILINE,
)
_FULL_TAGLINE = re.compile(
    rf"^(?P<tag>(?P<mark>[*_]{{1,3}}){_DOTS}[^*_\n]{{3,200}}?{_DOTS}(?P=mark))[ \t]*(?=[^\s*_.…])",
    re.MULTILINE,
)
_PARTED_WHY = re.compile(
    r"^(?P<label>\*\*Why (?:this|it) matters)[ \t]*"
    r"(?:\*\*[ \t]*(?P<mark>[-–—:])|(?P<inside>[-–—:])[ \t]*\*\*|\*\*(?=\s*\*\*[ \t]*[-–—:]))"
    r"\s*\n\s*"
    r"\*\*[ \t]*[-–—:]?[ \t]*(?=[^*\n]+:\*\*)",
    re.MULTILINE | re.IGNORECASE,
)
# A full stop or its like, on a line of its own behind a link or an emphasis.
_STRAY_STOP = re.compile(r"(?<=[)*_])[ \t]*\n[ \t]*(?P<stop>[.,;:])[ \t]*$", re.MULTILINE)
_OPEN_LINK = re.compile(r"\*\*\[:[ \t]*")
_TOOLTIP = re.compile(r"(?<=\]\()(?P<url>https?://[^()\s]+)[ \t]+\"[^\"\n]*\"(?=\))")
_DEFINED = re.compile(
    r"^ {0,3}\[(?P<id>[^\[\]^\n]{1,60})\]:[ \t]*<?(?P<url>https?://[^\s<>]+)>?[ \t]*$\n?",
    re.MULTILINE,
)
_REFERS = re.compile(r"\[(?P<words>[^\[\]\n]+)\][ ]?\[(?P<id>[^\[\]\n]{0,60})\]")


def in_one_way(markdown: str) -> str:
    """The text with stars for bold, `##` for headings, line ends for breaks, addresses in place."""
    pieces, at = [], 0
    markdown = _with_addresses(markdown)
    for fence in _FENCED.finditer(markdown):
        pieces += [_evened(markdown[at : fence.start()]), fence[0]]
        at = fence.end()
    return "".join([*pieces, _evened(markdown[at:])])


def _evened(text: str) -> str:
    for tag, written in _TAGS:
        text = tag.sub(written, text)
    text = _TOOLTIP.sub(r"\g<url>", _BREAK.sub("", text))
    text = _STRAY_STOP.sub(r"\g<stop>", text)
    text = _UNDERLINED.sub(r"## \g<words>\n", text)
    text = "".join(part if part.isspace() else evened(part) for part in _GAP.split(text))
    text = _PARTED_TAGLINE.sub(r"*…\g<words>…*", text)
    text = _HALVED_TAGLINE.sub(r"*\g<first> \g<rest>*", text)
    text = _FULL_TAGLINE.sub(r"\g<tag>\n\n", text)
    text = with_headlines(text)
    text = _PARTED_WHY.sub(r"\g<label> - ", text)
    text = _HEADED_BOLD.sub(r"\g<mark>\g<words>\g<colon>", text)
    return _OPEN_LINK.sub("**: [", text)


def with_headlines(text: str) -> str:
    """The text with each headline above a tagline in bold alone, and on one line."""
    text = _HEAVY.sub(r"**\g<words>**\g<colon>", text)
    return _TWO_LINES.sub(r"**\g<first> \g<second>**", text)


def _with_addresses(text: str) -> str:
    """Links by number or name, with the address that the end of the file gives them."""
    given = {match["id"].casefold(): match["url"] for match in _DEFINED.finditer(text)}
    used: set[str] = set()

    def linked(match: re.Match[str]) -> str:
        name = (match["id"] or match["words"]).casefold()
        if name not in given:
            return match[0]
        used.add(name)
        return f"[{match['words']}]({given[name]})"

    text = _REFERS.sub(linked, text) if given else text
    return _DEFINED.sub(lambda match: "" if match["id"].casefold() in used else match[0], text)
