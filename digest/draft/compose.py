"""A story becomes an entry: everything a machine can know, and slots for what it cannot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from digest.draft.attribution import (
    attributed,
    inner,
    kept,
    paired,
    quoted,
    signed,
    speaker_of,
)
from digest.draft.features import content_words
from digest.draft.material import Material
from digest.draft.phrases import telling_phrases
from digest.draft.sentences import Sentence, opener, sentences_of
from digest.draft.slots import slot
from digest.draft.style import DEFAULT, Style, style_named
from digest.draft.summary import choose, trimmed
from digest.draft.titles import bare_title, own_site
from digest.draft.verify import COPIED_WORDS
from digest.markup.addresses import is_web
from digest.model import Entry, Item, Quote, ReadMore, Span, Why

FROM_PRIMARY = 3
FROM_OTHERS = 1
MOST_SENTENCES = 5
OFFERED = 2  # block quotations beside a summary that a model wrote
SHORTEST_BLOCK, LONGEST_BLOCK = 9, 40  # words
OTHERS_ASKED = 4
MOST_HEARD = 200  # sentences of the lead that others should not repeat
SHARED_WORDS = 2

# What a source itself says of its meaning: offered in the slot of the editor's own answer.
_MEANS = re.compile(
    r"\b(?:suggest|imply|implies|implications?|underscore|highlight|raise|pave|enabl|opens?|potential"
    r"|promising|risks?|safety|future|towards?|important(?:ly)?|matters?|consequences?|should|must)\b",
    re.IGNORECASE,
)
# What points back, and says enough all the same: "These results suggest …".
_RESULTS = re.compile(
    r"(?:this|these)\s+(?!(?:is|are|was|were|seems?|may|might|can|could|would|will|should|must|has"
    r"|have|had|does|do)\b)\w",
    re.IGNORECASE,
)
_MOST_MEANING_WORDS = 30
_SUBJECTS = 6  # phrases of a text that it is about
_PUNCTUATION = re.compile(r"[,()\[\]]")  # what stands between venues, and around them
_STOPS = ".:;,–—- "


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences that stand together in one text, to be quoted in one breath."""

    span: Span
    sentences: tuple[Sentence, ...]


def entry_for(material: Material, style: str | Style = DEFAULT, told: str = "") -> Entry:
    """The entry of a story as a new draft has it.

    The body is a summary of up to five sentences taken verbatim from the stored texts, each with
    who says it and a `Quote` that knows its item, version and span. Fetched text is escaped: it can
    form no marker, slot, heading or emphasis.

    Args:
        material: The story and its texts.
        style: Which parts the entry has.
        told: The Markdown of a summary that a language model wrote (`written.summary_from`). It
            takes the place of the sentences; the strongest of these follow as block quotations.
    """
    style = style if isinstance(style, Style) else style_named(style)
    lead = next((item for item in material.items if _speaks(item)), None)
    body, quotes = _summary(material, lead, brief=style.one_line)
    if told and lead:
        body, quotes = _told(told, material, lead, brief=style.one_line)
    text = lead.text if lead else ""
    return Entry(
        key=material.story.id,
        headline=headline_for(material),
        tagline=_tagline(text, material, style),
        body=body,
        why=_why(text, quotes, material, style),
        read_more=(_read_more(_reference(material)),),
        quotes=quotes,
        themes=material.story.themes,
        extra=_slot(style, "extra", "opinion"),
    )


def headline_for(material: Material) -> str:
    """The editor's title, or the primary source's without its site's name; and a colon behind."""
    item = material.items[0] if material.items else None
    told = material.title or (_title_of(item, material) if item else material.story.title)
    title = paired(told)
    if item and not told:
        return slot("headline", "what happened, in a dozen words") + ":"
    if not _says_something(title):
        title = paired(material.story.title)
    if not _says_something(title):
        return slot("headline", "what happened, in a dozen words") + ":"
    if title.endswith(("?", "!")):
        return quoted(title)
    return quoted(title.rstrip(_STOPS) or title) + ":"


def _title_of(item: Item, material: Material) -> str:
    """An item's own title; of one that only has its text's first words, their sentence.

    Nothing where that is too long to stand without quotation marks.
    """
    if not _is_cut_off(item):
        return bare_title(item, material)
    first = sentences_of(item.text)[0].text
    first = first[opener(first) :]
    return first[:1].upper() + first[1:] if len(first.split()) < COPIED_WORDS else ""


def _is_cut_off(item: Item) -> bool:
    """Whether an item's title is no title, but the words that its text begins with."""
    title = " ".join(item.title.split())
    text = " ".join(item.text.split("\n", 1)[0].split())
    return (
        bool(title) and text.startswith(title) and len(text) > len(title) and title[-1] not in ".?!"
    )


def _says_something(title: str) -> bool:
    """Whether a title has a letter or a digit: marks alone are no title."""
    return any(letter.isalnum() for letter in title)


def _summary(
    material: Material, lead: Item | None, *, brief: bool
) -> tuple[str, tuple[Quote, ...]]:
    if lead is None:
        return slot("summary", "what it says; none of its text can be quoted, so read it first"), ()
    chosen = choose(_sayable(lead), 1 if brief else FROM_PRIMARY, lead.title)
    paragraphs, quotes = [], []
    words, found = _quote(lead, chosen, material)
    paragraphs.append(words)
    quotes += found
    if brief:
        return words, tuple(quotes)
    said = [sentence.text for sentence in chosen]
    for item, sentences in _additions(material, lead, said):
        words, found = _quote(item, sentences, material)
        paragraphs.append(words)
        quotes += found
    if len(paragraphs) + len(said) <= MOST_SENTENCES:
        block, found = _block(material, lead, [quote.text for quote in quotes])
        paragraphs += block
        quotes += found
    return "\n\n".join(paragraphs), tuple(quotes)


def _told(
    told: str, material: Material, lead: Item, *, brief: bool
) -> tuple[str, tuple[Quote, ...]]:
    """A summary in a model's words, and the sources' strongest sentences below it."""
    paragraphs, quotes = [told], list[Quote]()
    for _ in range(0 if brief else OFFERED):
        block, found = _block(material, lead, [quote.text for quote in quotes])
        paragraphs += block
        quotes += found
    return "\n\n".join(paragraphs), tuple(quotes)


def _block(material: Material, lead: Item, said: Sequence[str]) -> tuple[list[str], list[Quote]]:
    """The strongest sentence that is left, as a block quotation for the editor to keep or drop."""
    short = [
        sentence
        for sentence in _sayable(lead)
        if sentence.usable and SHORTEST_BLOCK <= len(sentence.text.split()) <= LONGEST_BLOCK
    ]
    chosen = choose(short, 1, lead.title, [*said, _meaning(lead.text, said)])
    if not chosen or chosen[0].dependent:
        return [], []
    span = trimmed(chosen[0])
    words = lead.text[span.start : span.end]
    quote = Quote(words, lead.id, material.versions.get(lead.id, 1), span)
    speaker = speaker_of(lead, material.source_names, own_site(lead, material))
    return [f"> “{quoted(inner(words))}”\n> — {signed(speaker)}"], [quote]


def _additions(
    material: Material, lead: Item, said: Sequence[str]
) -> Iterator[tuple[Item, list[Sentence]]]:
    """What further sources add: a sentence each, none of which was said already."""
    heard = [sentence.text for sentence in sentences_of(lead.text)[:MOST_HEARD]]
    subject = set(content_words(" ".join([lead.title, *said])))
    sources = {lead.source_id}
    left = MOST_SENTENCES - len(said)
    others = [item for item in material.items if item is not lead and _speaks(item)]
    for item in others[:OTHERS_ASKED]:
        if left <= 0:
            return
        if item.source_id in sources:
            continue
        found = [each for each in _sayable(item) if each.usable and _concerns(each, subject)]
        chosen = choose(found, min(FROM_OTHERS, left), lead.title, heard)
        if chosen:
            sources.add(item.source_id)
            heard += [sentence.text for sentence in chosen]
            left -= len(chosen)
            yield item, chosen


def _speaks(item: Item) -> bool:
    """Whether an item's text has a sentence that can be quoted: many feeds give a title alone."""
    return any(sentence.usable for sentence in _sayable(item))


def _sayable(item: Item) -> list[Sentence]:
    """An item's sentences but those that its title runs into."""
    title = " ".join(item.title.split())
    return [
        sentence
        for sentence in sentences_of(item.text)
        if not title or not " ".join(sentence.text.split()).startswith(title)
    ]


def _concerns(sentence: Sentence, subject: set[str]) -> bool:
    """Whether a sentence is about the story: other sources speak of other things too."""
    return len(subject & set(content_words(sentence.text))) >= SHARED_WORDS


def _quote(item: Item, chosen: Sequence[Sentence], material: Material) -> tuple[str, list[Quote]]:
    """The sentences in quotation marks, with who says them, and their places."""
    speaker = speaker_of(item, material.source_names, own_site(item, material))
    version = material.versions.get(item.id, 1)
    words, quotes = [], []
    for number, passage in enumerate(passages(item.text, chosen)):
        start, end = passage.span.start, passage.span.end
        start += opener(item.text[start:end])
        words.append(attributed(item.text[start:end], speaker, number))
        start += kept(item.text[start:end], speaker)
        quotes.append(Quote(item.text[start:end], item.id, version, Span(start, end)))
    return " ".join(words), quotes


def passages(text: str, chosen: Sequence[Sentence]) -> list[Passage]:
    """Chosen sentences, those that follow on each other in one paragraph joined."""
    joined: list[Passage] = []
    for sentence in chosen:
        last = joined[-1] if joined else None
        follows = last is not None and sentence.index == last.sentences[-1].index + 1
        if last and follows and "\n\n" not in text[last.span.end : sentence.span.start]:
            span = Span(last.span.start, sentence.span.end)
            joined[-1] = Passage(span, (*last.sentences, sentence))
        else:
            joined.append(Passage(sentence.span, (sentence,)))
    return joined


def _tagline(text: str, material: Material, style: Style) -> str:
    title = material.items[0].title if material.items else material.story.title
    phrases = [f"“{phrase}”" for phrase in telling_phrases(text, title)]
    return _slot(style, "tagline", "tagline", f", say on {' or '.join(phrases)}" if phrases else "")


def _why(text: str, quotes: Sequence[Quote], material: Material, style: Style) -> Why:
    meaning = _meaning(text, [quote.text for quote in quotes])
    offers = [f"; covered before in {place}" for place in material.covered]
    offers += [f". They themselves say: “{inner(meaning)}”"] if meaning else []
    title = material.items[0].title if material.items else ""
    telling = telling_phrases(text, title, _SUBJECTS) if meaning else []
    often = (each for each in telling if each in meaning)
    phrases = [each for each in often if text.lower().count(each.lower()) > 1]
    lean = f", perhaps on “{phrases[0]}”" if phrases else ""
    return Why(_slot(style, "thesis", "why", lean), _slot(style, "why", "why", "".join(offers)))


def _meaning(text: str, said: Sequence[str]) -> str:
    """The last sentence that says what follows from it all and that the summary does not quote."""
    taken = " ".join(said)
    for sentence in reversed(sentences_of(text)[:200]):
        short = len(sentence.text.split()) <= _MOST_MEANING_WORDS
        alone = not sentence.dependent or _RESULTS.match(sentence.text)
        if sentence.usable and alone and short and _MEANS.search(sentence.text):
            return "" if sentence.text in taken else sentence.text
    return ""


def _slot(style: Style, part: str, name: str, offer: str = "") -> str:
    """A part's slot: what its style asks for, then the source's own words; empty if it has none."""
    hint = style.hints.get(part)
    return slot(name, hint + quoted(re.sub(r"[\[\]]", "", offer))) if hint else ""


def _reference(material: Material) -> ReadMore:
    """Where to read it, under a title without its site's name: that is among the venues."""
    found = material.read_more
    titled = next((item for item in material.items if item.title == found.title), None)
    if titled is None:
        return found
    title = bare_title(titled, material) + ("…" if _is_cut_off(titled) else "")
    if site := own_site(titled, material):
        gathered = {material.source_names.get(item.source_id, "") for item in material.items}
        others = (each for each in found.venues if each not in gathered)
        return replace(found, title=title, venues=tuple(dict.fromkeys([site, *others])))
    return replace(found, title=title)


def _read_more(reference: ReadMore) -> ReadMore:
    """The reference as Markdown; without a web address, a slot."""
    if not is_web(reference.url):
        return ReadMore(slot("read", "title and address"), "", (), reference.label)
    return ReadMore(
        title=quoted(paired(reference.title)) or quoted(reference.url),
        url=reference.url,
        venues=tuple(
            filter(None, (quoted(paired(_PUNCTUATION.sub("", each))) for each in reference.venues))
        ),
        label=reference.label,
    )
