"""The labels of an issue's parts, in the one dress that drafts have: bold, with their colon."""

from __future__ import annotations

import re

from digest.draft.anatomy import ASKS
from digest.draft.archive.invitations import INVITES
from digest.draft.references import TITLE

_WHY = re.compile(
    r"(?:#{1,6}[ \t]+)?(?P<dress>[*_]{0,3})Why this matters(?P=dress)\s*"
    r"(?:(?P<mark>[-–—:])\s*(?P<rest>.*))?",
    re.IGNORECASE | re.DOTALL,
)
# A thesis that stands in bold with its label needs nothing.
_WHOLE_WHY = re.compile(
    r"\*\*Why this matters\s*[-–—:]\s*(?:(?!\*\*)[^\n])+\*\*(?::?\s.*|:?)",
    re.IGNORECASE | re.DOTALL,
)
_THESIS = re.compile(
    r"(?P<thesis>[^.:!?\n]{3,160}(?:\([^()]*\)[^.:!?\n]*)?[?!]?)(?:[*_]{0,3}):(?:[*_]{0,3})\s+"
    r"(?P<text>.*)",
    re.DOTALL,
)
_OTHERS = (
    re.compile(
        r"(?P<dress>[*_]{0,3})(?P<label>Things that inspired this(?: story| tale)?|AI usage)"
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
# A label that is a heading, or in italics; one that has a line of its own; one that is a link.
_HEADED_WHY = re.compile(
    rf"#{{1,6}}[ \t]+(?:\*\*)?(?P<head>{ASKS}(?:\s*[-–—:]+\s*[^*\n]+?)?)\s*:?(?:\*\*)?:?\s*",
    re.IGNORECASE,
)
_SLANTED_WHY = re.compile(
    rf"(?P<dress>\*{{3}}|[*_])(?P<head>{ASKS}[^*_\n]*?)(?P=dress)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_LONE = re.compile(
    r"(?:#{1,6}[ \t]+)?(?P<dress>[*_]{0,3})"
    r"(?P<label>Read more|Find out more|Things that inspired th(?:is|e) (?:story|tale))"
    r"(?P=dress)\s*:?(?P=dress)\s*",
    re.IGNORECASE,
)
_TARGET = r"\(<?(?P<url>https?://(?:[^()\s<>]|\([^()\s]*\))+)>?\)"
_LINKED = re.compile(
    r"(?P<dress>[*_]{0,3})\[(?P<inner>[*_]{0,3})"
    r"(?P<label>Read (?:more|it)(?: (?:here|at|in|on)\b)?)(?P=inner)\s*:?\s*(?P=inner)"
    rf"(?P<title>[^\[\]]*)\]{_TARGET}(?P=dress)\.?",
    re.IGNORECASE,
)
# A label inside its link, or with a link of its own to the same place; one that goes on behind it.
_INSIDE = re.compile(
    rf"[*_]{{0,3}}\[\*\*(?P<label>{INVITES}[^*\[\]\n]{{0,60}}?)\s*:?\s*\*\*\s*:?\s*"
    rf"(?P<title>{TITLE})\]{_TARGET}[*_]{{0,3}}(?P<behind>.*)",
    re.IGNORECASE,
)
_TWICE = re.compile(
    rf"\*\*\[(?P<label>{INVITES}[^*\[\]\n]{{0,60}}?)\s*:?\s*\]{_TARGET}\s*:?\*\*\s*:?\s*"
    rf"\[(?P<title>{TITLE})\]\(<?(?P=url)>?\)(?P<behind>.*)",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"\*\*(?P<label>{INVITES}[^*\n]{{0,40}}[^*\n:])\*\*[ \t]+"
    r"(?P<more>\w[^*\[\]:\n]{0,40}):[ \t]*(?=\[|\Z)",
    re.IGNORECASE,
)
_HERE = re.compile(
    rf"(?P<label>Read (?:more|it)) \[(?P<title>[^\[\]]+)\]{_TARGET}\.?", re.IGNORECASE
)
_POINT = re.compile(
    r"[*+-][ \t]+(?=\*\*(?:Read (?:more|it|the)|Find out more)\b[^*\n]*\*\*)", re.IGNORECASE
)
_TALE = re.compile(
    r"(?:#{1,6}[ \t]+|\*\*)?\s*Tech Tales?\s*[:–—-](?:\*\*)?\s*(?:\*\*)?\s*"
    r"(?P<title>\w[^\n*]{1,80}?)(?:\*\*)?\s*",
    re.IGNORECASE,
)


def dressed(line: str) -> str:
    """A line with the label that it begins with in bold; others stay as they are."""
    line = _POINT.sub("", line) if _POINT.match(line) else line
    if headed := _HEADED_WHY.fullmatch(line):
        return f"**{headed['head'].rstrip()}:**"
    if slanted := _SLANTED_WHY.fullmatch(line):
        line = f"**{slanted['head']}**{slanted['rest']}"
    line = _unlinked(line)
    if lone := _LONE.fullmatch(line):
        return f"**{lone['label']}:**"
    why = None if _WHOLE_WHY.fullmatch(line) else _WHY.fullmatch(line)
    if why and (why["dress"] or why["mark"]):
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


def _unlinked(line: str) -> str:
    """A label that is a link or part of one, in front of its link."""
    if linked := _INSIDE.fullmatch(line) or _TWICE.fullmatch(line):
        said = f"[{linked['title'].strip()}]({linked['url']}){linked['behind']}"
        return f"**{linked['label']}:** {said}"
    if linked := _LINKED.fullmatch(line) or _HERE.fullmatch(line):
        title = linked["title"].strip("*_ :") or linked["label"]
        return f"**{linked['label']}:** [{title}]({linked['url']})."
    return _BEHIND.sub(r"**\g<label> \g<more>:** ", line).rstrip()


def _why(match: re.Match[str]) -> str:
    """The thesis is what stands before the next colon, unless a sentence ends before that."""
    rest = (match["rest"] or "").strip()
    if match["dress"] == "**" and not match["mark"]:
        return f"**Why this matters:** {rest}".rstrip()
    if thesis := _THESIS.fullmatch(rest):
        return f"**Why this matters - {thesis['thesis'].strip('* ')}:** {thesis['text']}"
    if not rest or (match["mark"] == ":" and not rest.endswith(":")):
        return f"**Why this matters:** {rest}".rstrip()
    if "." in rest or len(rest.split()) > 25:
        return ""
    return f"**Why this matters - {rest.rstrip('* :')}:**"
