"""The labels of an issue's parts, in the one dress that drafts have: bold, with their colon."""

from __future__ import annotations

import re

_WHY = re.compile(
    r"(?:#{1,6}[ \t]+)?(?P<dress>[*_]{0,3})Why this matters(?P=dress)\s*"
    r"(?:(?P<mark>[-–—:])\s*(?P<rest>.*))?",
    re.IGNORECASE | re.DOTALL,
)
_THESIS = re.compile(
    r"(?P<thesis>[^.:!?\n]{3,160}(?:\([^()]*\)[^.:!?\n]*)?[?!]?)(?:[*_]{0,3}):(?:[*_]{0,3})\s+"
    r"(?P<text>.*)",
    re.DOTALL,
)
_OTHERS = (
    re.compile(
        r"(?P<dress>[*_]{0,3})(?P<label>Things that inspired this (?:story|tale)|AI usage)"
        r"(?P<end>[*_]{0,3}\s*"
        r":[*_]{0,3})\s*(?P<text>.*)",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        r"(?P<dress>[*_]?)(?P<label>(?:Read (?:more|it|the)|Find out more|Get the|Check out"
        r"|Watch|See|Download|More (?:info(?:rmation)?|here|details))[^:.\[\]*_]{0,50})"
        r"(?P<end>:(?P=dress)|(?P=dress):)\s*(?P<text>.+)",
        re.DOTALL,
    ),
)
_TALE = re.compile(
    r"(?:#{1,6}[ \t]+|\*\*)?\s*Tech Tales?\s*[:–—-]\s*(?P<title>\w[^\n*]{1,80}?)(?:\*\*)?\s*",
    re.IGNORECASE,
)


def dressed(line: str) -> str:
    """A line with the label that it begins with in bold; others stay as they are."""
    if (why := _WHY.fullmatch(line)) and (why["dress"] or why["mark"]):
        return _why(why) or line
    if tale := _TALE.fullmatch(line):
        return f"**Tech Tales:**\n**{tale['title'].strip()}**"
    for pattern in _OTHERS:
        if match := pattern.fullmatch(line):
            text = match["text"] if match["text"].strip("*_ ") else ""
            if match["dress"] and match["dress"] not in match["end"]:
                text = text.removesuffix(match["dress"])  # which closed the label's dress
            return f"**{match['label'].strip()}:** {text}".rstrip()
    return line


def _why(match: re.Match[str]) -> str:
    """The thesis is what stands before the next colon, unless a sentence ends before that."""
    rest = (match["rest"] or "").strip()
    if match["dress"] == "**" and not match["mark"]:
        return f"**Why this matters:** {rest}".rstrip()
    if thesis := _THESIS.fullmatch(rest):
        return f"**Why this matters - {thesis['thesis'].strip('* ')}:** {thesis['text']}"
    if match["mark"] == ":" or not rest:
        return f"**Why this matters:** {rest}".rstrip()
    if "." in rest or len(rest.split()) > 25:
        return ""
    return f"**Why this matters - {rest}:**"
