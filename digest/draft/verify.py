"""Whether the words of an entry are its sources' or the editor's, and whether they say which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from digest.draft.material import SourceText
from digest.draft.naming import named_instead
from digest.draft.parts import LEAST_WORDS
from digest.draft.problems import Problem, blanked, place_in, shortened, text_start
from digest.draft.read import Draft
from digest.draft.references import LINKED, read_reference
from digest.draft.rows import row_spans
from digest.draft.sections import Section
from digest.draft.slots import slots_in
from digest.language.copying import runs
from digest.language.quotations import Quotation, find, locate, nearest

COPIED_WORDS = 12

_MASKED = re.compile(
    r"<!--.*?-->|^ {0,3}#{1,6}[ \t].*?$|https?://[^\s)>\]]+", re.DOTALL | re.MULTILINE
)
_NOTED = re.compile(r"\]\((?:https?:|<https?:)|\[\^[^\]]+\]|<https?:")
_PARAGRAPH_END = re.compile(r"\r?\n[ \t>]*\r?\n")

Sources = Mapping[str, Sequence[SourceText]]


def unverified_quotes(draft: Draft, section: Section, sources: Sources) -> Iterator[Problem]:
    """Quotations of four words or more that stand in no stored text of the entry's story."""
    mine = sources.get(section.key, ())
    texts = _texts(mine)
    for quotation in find(blanked(section.text, _reference_spans(section.text))):
        if len(quotation.text.split()) < LEAST_WORDS:
            continue
        if texts and locate(quotation.text, texts):
            yield from _under_another_name(draft, section, quotation, mine)
            continue
        yield _quote_problem(draft, section, quotation, sources)


def _under_another_name(
    draft: Draft, section: Section, quotation: Quotation, mine: Sequence[SourceText]
) -> Iterator[Problem]:
    """A quotation that is in its story, but not in what its sentence names."""
    span = quotation.span
    found = named_instead(section.text, span.start, span.end, quotation.text, mine)
    if found is None:
        return
    named, said = found
    place = place_in(draft, text_start(section, draft) + span.start)
    words = shortened(quotation.text)
    yield Problem(
        "warning",
        "quote-misattributed",
        f"this quotation is in {_named(said)}, not in {_named(named)}, which is named: “{words}”",
        place.line,
        place.column,
        section.key,
        "name who says it",
    )


def copied_text(draft: Draft, section: Section, sources: Sources) -> Iterator[Problem]:
    """Twelve words or more of a source that stand outside quotation marks."""
    mine = list(sources.get(section.key, ()))
    if not section.marked:
        mine = [text for texts in sources.values() for text in texts]
    start = text_start(section, draft)
    for run in runs(_own_words(section.text), [source.text for source in mine], COPIED_WORDS):
        place = place_in(draft, start + run.span.start)
        words = section.text[run.span.start : run.span.end]
        yield Problem(
            "error",
            "copied-text",
            f"{len(words.split())} words of {_named(mine[run.index])} stand here without quotation "
            f"marks: {shortened(words)}",
            place.line,
            place.column,
            section.key,
            "put them in quotation marks with who says them, or say it in your own words",
        )


def _quote_problem(
    draft: Draft, section: Section, quotation: Quotation, sources: Sources
) -> Problem:
    """What to say of a quotation that was not found where it belongs."""
    place = place_in(draft, text_start(section, draft) + quotation.span.start)
    words = shortened(quotation.text)
    mine = list(sources.get(section.key, ()))
    near = nearest(quotation.text, _texts(mine)) if mine else None
    if near is not None:
        source = _both(mine)[near.index]
        passage = (
            source.text[near.span.start : near.span.end] if near.index < len(mine) else source.name
        )
        message = f"this quotation is not word for word in its source: “{words}”"
        cure = f"the nearest passage, in {_named(source)}, says: “{' '.join(passage.split())}”"
        return Problem(
            "error", "unverified-quote", message, place.line, place.column, section.key, cure
        )
    elsewhere = _elsewhere(quotation, section.key, sources)
    if elsewhere:
        message = f"this quotation is from another entry's source, {_named(elsewhere)}: “{words}”"
        cure = "say so beside it, or move it there"
        return Problem(
            "warning", "quote-elsewhere", message, place.line, place.column, section.key, cure
        )
    if _is_noted(section.text, quotation):
        message = f"this quotation is from outside, on the word of its link: “{words}”"
        cure = "compare it with the page yourself; `digest add` stores the page and verifies it"
        return Problem(
            "warning", "outside-quote", message, place.line, place.column, section.key, cure
        )
    message = f"this quotation is in no stored source of its entry: “{words}”"
    cure = "correct it, store its source with `digest add`, or link to the source in its paragraph"
    return Problem(
        "error", "unverified-quote", message, place.line, place.column, section.key, cure
    )


def _elsewhere(quotation: Quotation, key: str, sources: Sources) -> SourceText | None:
    others = [text for other, texts in sources.items() if other != key for text in texts]
    found = locate(quotation.text, [text.text for text in others])
    return others[found.index] if found else None


def _is_noted(text: str, quotation: Quotation) -> bool:
    """Whether the quotation's paragraph has a link or a note."""
    text = blanked(text, _reference_spans(text))
    starts = [match.end() for match in _PARAGRAPH_END.finditer(text, 0, quotation.span.start)]
    end = _PARAGRAPH_END.search(text, quotation.span.end)
    paragraph = text[starts[-1] if starts else 0 : end.start() if end else len(text)]
    return _NOTED.search(paragraph) is not None


def _texts(sources: Sequence[SourceText]) -> list[str]:
    """The texts, then the titles: a title in quotation marks is verbatim too."""
    return [source.text for source in sources] + [source.name for source in sources]


def _both(sources: Sequence[SourceText]) -> list[SourceText]:
    return [*sources, *sources]


def _named(source: SourceText) -> str:
    return f"“{shortened(source.name, 60)}”" if source.name else source.item_id


def _own_words(text: str) -> str:
    """The text with all that may be a source's words taken out."""
    spans = [(quotation.span.start, quotation.span.end) for quotation in find(text)]
    spans += [(slot.start, slot.start + len(slot.text)) for slot in slots_in(text)]
    spans += [match.span() for match in _MASKED.finditer(text)]
    spans += _reference_spans(text)
    return blanked(text, spans)


def _reference_spans(text: str) -> list[tuple[int, int]]:
    """Where `**Read more:** [title](address)` stands: its title is a source's by right."""
    spans = [match.span() for match in LINKED.finditer(text)]
    spans += row_spans(text)
    start = 0
    for line in text.splitlines(keepends=True):
        if line.lstrip().startswith("**") and read_reference(line):
            spans.append((start, start + len(line)))
        start += len(line)
    return spans
