"""Who says it: the words that stand before a quotation, as a writer would put them.

A passage that begins "we introduce …" goes on from "The authors": `The authors “introduce …”`. Not
a word of the passage changes; what is left off stands outside the marks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from digest.markup.escape import escape
from digest.model import Item

_LONGEST_NAME = 60
_MOST_NAMES = 8
_WE = re.compile(r"[Ww]e\s+(?=(?P<verb>[a-z]+)\b)")
# After "we" these stand as they would after "the authors"; others ("we believe", "we are") do too,
# but read oddly without their subject.
_VERBS_WORDS = """
address adapt adopt advance analyse analyze apply argue ask assess benchmark build calculate call
characterise characterize collect combine compare compile compute conclude conduct consider
construct contribute create curate define demonstrate deploy derive describe design detail
determine develop devise discover discuss document employ establish estimate evaluate examine
experiment explain explore extend find fine-tune focus formalise formalize formulate found
generalise generalize give highlight identify illustrate implement improve incorporate integrate
introduce investigate isolate learn leverage make map measure model motivate observe offer open
outline perform pinpoint pose present probe produce propose prove provide quantify recommend reduce
reformulate release report reveal review revisit run sample see seek select set shed show simulate
solve state study suggest summarise summarize survey synthesise synthesize systematically tackle
take test theoretically empirically train transfer treat unify use utilise utilize validate verify
win introduced presented proposed developed studied showed demonstrated
"""
_VERBS = frozenset(_VERBS_WORDS.split())
_FIRST_PERSON = re.compile(r"\b(?:we|our|us|I|my)\b", re.IGNORECASE)
_NOT_A_NAME = re.compile(r"https?:|@|\d{3}|[<>\[\]{}|\"“”„«»]")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks in an item.

    Attributes:
        name: As the subject of a sentence, in Markdown: `The authors`, `Ada Byron`.
        where: Where they say it, or empty: ` in Gazette`, ` on a forum`.
        again: What they are called the second time: `They`, `The post`.
        plural: Whether `name` takes a verb without an s.
        person: Whether it is people who speak, not a source.
    """

    name: str
    where: str
    again: str
    plural: bool = False
    person: bool = True


def speaker_of(item: Item, source_names: Mapping[str, str]) -> Speaker:
    """Who speaks in an item: a paper's authors, a post's author, else the source itself."""
    source = _name(source_names.get(item.source_id, "")) or _name(item.source_id)
    author = _name(item.authors[0]) if len(item.authors) == 1 else ""
    if author.lower() in source.lower() or source.lower() in author.lower():
        author = ""
    if item.kind == "paper":
        return _of_paper(item)
    if item.kind == "thread":
        return Speaker(author or "A post", f" on {source}", "The post")
    if author:
        return Speaker(author, f" in {source}" if source else "", "The post")
    again = "The page" if item.kind == "page" else "The post"
    return Speaker(source or "The source", "", again, person=False)


def attributed(passage: str, speaker: Speaker, number: int) -> str:
    """A quoted passage with who says it, in Markdown.

    Args:
        passage: Verbatim from a source; plain text.
        speaker: Who says it.
        number: How many passages of theirs were quoted before; decides the words.
    """
    name = speaker.name if number == 0 else speaker.again
    merged = _WE.match(passage) if speaker.plural else None
    if merged and merged["verb"] in _VERBS:
        return f"{name} “{quoted(passage[merged.end() :])}”"
    words = f"“{quoted(passage)}”"
    clause = passage[:1].islower()
    if number == 0 and not speaker.person and not _FIRST_PERSON.search(passage):
        return f"According to {name}{',' if clause else ':'} {words}"
    verbs = ("write", "add", "say") if speaker.plural else ("writes", "adds", "says")
    verb = verbs[min(number, 2)]
    if number > 1:
        verb = f"also {verb}"
    where = speaker.where if number == 0 else ""
    return f"{name} {verb}{where}{' that' if clause else ':'} {words}"


def signed(speaker: Speaker) -> str:
    """Who says it, as it stands below a block quotation."""
    name = "the authors" if speaker.plural else speaker.name
    return (
        f"{name},{speaker.where.removeprefix(' in').removeprefix(' on')}" if speaker.where else name
    )


def kept(passage: str, speaker: Speaker) -> int:
    """How many characters of a passage `attributed` leaves outside the marks."""
    merged = _WE.match(passage) if speaker.plural else None
    return merged.end() if merged and merged["verb"] in _VERBS else 0


def quoted(passage: str) -> str:
    """Fetched words as Markdown on one line, in which nothing is a mark, a slot or a marker."""
    return " ".join(escape(" ".join(passage.split())).split())


def _of_paper(item: Item) -> Speaker:
    if len(item.authors) == 1 and (name := _name(item.authors[0])):
        return Speaker(name, "", "The paper")
    return Speaker("The authors", "", "They", plural=True)


def _name(text: str) -> str:
    """A name as Markdown; empty where the text is none."""
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST_NAME or len(text.split()) > _MOST_NAMES:
        return ""
    if _NOT_A_NAME.search(text):
        return ""
    return quoted(text)
