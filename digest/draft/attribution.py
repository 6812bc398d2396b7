"""Who says it: the words that stand before a quotation, as a writer would put them.

A passage that begins "we introduce …" goes on from "The authors": `The authors “introduce …”`. Not
a word of the passage changes; what is left off stands outside the marks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from digest.language.quotations import find
from digest.markup.escape import escape
from digest.markup.tex import readable
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
_SEVERAL = re.compile(
    r"\S (?:and|&|und|et) \S|\S \S[^,]*, [^\W\da-z_]\S* \S|\bet al\b"  # two names of two words each
)
_ROLE = re.compile(r", [a-z].*\Z")
# Names of bodies that a sentence puts "the" before, by what they end with.
_ARTICLE = re.compile(
    r"(?!The\b)(?:[A-Z]\S* ){1,5}(?:House|Institute|Department|Office|Commission|Council|Agency"
    r"|Foundation|Association|Union|Ministry|Bureau|Cent(?:er|re)|Register|Committee|Parliament"
    r"|Senate|Laboratory|Administration|Authority|Society|Academy|Archives?)"
    r"(?: (?:of|for)(?: [A-Z]\S*| and| the)+)?"
)
_DOUBLE = re.compile(r"[\"“”„‟«»]")
_ANY = re.compile(rf"{_DOUBLE.pattern}|(?<!\w)['‘]|['’‹›](?!\w)")
_SINGLES = {"“": "‘", "„": "‘", "‟": "‘", "”": "’", "«": "‹", "»": "›"}
_NOT_A_NAME = re.compile(r"https?:|@|\d{3}|[<>\[\]{}|\"“”„«»]")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks in an item.

    Attributes:
        name: As it stands within a sentence, in Markdown: `The authors`, `the White House`.
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


def speaker_of(item: Item, source_names: Mapping[str, str], site: str = "") -> Speaker:
    """Who speaks in an item: a paper's authors, a post's author, else the site or the source.

    Args:
        item: The item.
        source_names: What people call each source, by source id.
        site: Whose page it is, where the source gathers from several.
    """
    named = _name(source_names.get(item.source_id, ""))
    source = _name(site) or named or _name(item.source_id)
    author = _name(_ROLE.sub("", item.authors[0])) if len(item.authors) == 1 else ""
    if author.lower() in source.lower() or source.lower() in author.lower():
        author = ""
    if item.kind == "paper":
        return _of_paper(item)
    if item.kind == "thread":
        # The id of a source is a name for the editor alone.
        return Speaker(
            author or "A post", f" on {named}" if named != item.source_id else "", "The post"
        )
    within = "for" if site else "in"
    where = f" {within} {_with_article(source)}" if source else ""
    if author and _SEVERAL.search(author):
        return Speaker(author, where, "They", plural=True)
    if author:
        return Speaker(author, where, "The post")
    again = "The page" if site or item.kind == "page" else "The post"
    return Speaker(_with_article(source) or "The source", "", again, person=False)


def attributed(passage: str, speaker: Speaker, number: int) -> str:
    """A quoted passage with who says it, in Markdown.

    Args:
        passage: Verbatim from a source; plain text.
        speaker: Who says it.
        number: How many passages of theirs were quoted before; decides the words.
    """
    name = _first_upper(speaker.name) if number == 0 else speaker.again
    merged = _WE.match(passage) if speaker.plural else None
    if merged and merged["verb"] in _VERBS:
        return f"{name} “{quoted(inner(passage[merged.end() :]))}”"
    words = f"“{quoted(inner(passage))}”"
    clause = passage[:1].islower()
    if number == 0 and not speaker.person and not _FIRST_PERSON.search(passage):
        return f"According to {speaker.name}{',' if clause else ':'} {words}"
    where = speaker.where if number == 0 else ""
    return f"{name} {_verb(speaker, number)}{where}{' that' if clause else ':'} {words}"


def _verb(speaker: Speaker, number: int) -> str:
    """People write, and a source says; then they add, go on, and so forth, turn by turn."""
    first = "write" if speaker.person else "say"
    rest = (("add", ""), ("say", " also"), ("note", ""), ("write", " further"))
    verb, adverb = (first, "") if number == 0 else rest[(number - 1) % len(rest)]
    return f"{adverb.strip()} {verb}{'' if speaker.plural else 's'}".strip()


def signed(speaker: Speaker) -> str:
    """Who says it, as it stands below a block quotation."""
    name = "the authors" if speaker.name == "The authors" else speaker.name
    where = re.sub(r"^ (?:in|on|for)\b", "", speaker.where)
    return f"{name},{where}" if where else name


def inner(passage: str) -> str:
    """A passage as it stands between marks: the marks in it are single ones.

    A straight mark opens after a space or a bracket, and closes anywhere else.
    """

    def single(mark: re.Match[str]) -> str:
        before = passage[mark.start() - 1] if mark.start() else " "
        return _SINGLES.get(mark[0]) or ("‘" if before.isspace() or before in "([{—–-/" else "’")

    passage = readable(passage)
    return _DOUBLE.sub(single, passage)


def paired(text: str) -> str:
    """A line without the quotation marks that open or close nothing: they would quote what follows.

    Marks within a quotation become single ones.
    """
    spans = [each.span for each in find(text)]
    closed = [span for span in spans if span.end - span.start > 2 and text[span.end - 1] in '"”“»«']
    pieces, at = [], 0
    for span in closed:
        pieces.append(_DOUBLE.sub("", text[at : span.start]))
        words = inner(text[span.start + 1 : span.end - 1])
        pieces.append(f"{text[span.start]}{words}{text[span.end - 1]}")
        at = span.end
    mended = " ".join("".join([*pieces, _DOUBLE.sub("", text[at:])]).split())
    if any(each.span.end > len(mended) for end in (" x", ": x") for each in find(mended + end)):
        mended = " ".join(_ANY.sub("", text).split())
    return mended


def kept(passage: str, speaker: Speaker) -> int:
    """How many characters of a passage `attributed` leaves outside the marks."""
    merged = _WE.match(passage) if speaker.plural else None
    return merged.end() if merged and merged["verb"] in _VERBS else 0


def quoted(passage: str) -> str:
    """Fetched words as Markdown on one line, in which nothing is a mark, a slot or a marker."""
    return " ".join(escape(" ".join(readable(passage).split())).split())


def _of_paper(item: Item) -> Speaker:
    if len(item.authors) == 1 and (name := _name(item.authors[0])):
        return Speaker(name, "", "The paper")
    return Speaker("The authors", "", "They", plural=True)


def _with_article(name: str) -> str:
    """A body's name as it stands in a sentence: the White House, the AI Safety Institute."""
    bare = name.removeprefix("The ")
    return f"the {bare}" if _ARTICLE.fullmatch(bare) else name


def _first_upper(name: str) -> str:
    return f"T{name[1:]}" if name.startswith("the ") else name


def _name(text: str) -> str:
    """A name as Markdown; empty where the text is none."""
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST_NAME or len(text.split()) > _MOST_NAMES:
        return ""
    if _NOT_A_NAME.search(text):
        return ""
    return quoted(text)
