"""A summary that a language model wrote: taken apart, held against its sources, marked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.draft.attribution import inner, paired, quoted
from digest.draft.features import content_words
from digest.draft.material import Material
from digest.draft.slots import slot
from digest.draft.support import Ground, ground_of, unsupported
from digest.language.quotations import locate
from digest.language.sentences import split

MARK = "verify"
"""The slot behind a sentence that its sources do not support; `check` holds it for an error."""

ALIKE = 0.8  # two sentences that share more of their words than this are one
COPIED = 12  # so many words of a source stand in quotation marks, whoever put them there
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)
_LEAD_IN = re.compile(r"\A(?:sure|certainly|of course|okay|here)\b[^\n]*:\s*\n", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+|^\s*#{1,6}\s+", re.MULTILINE)
_EMPHASIS = re.compile(r"\*\*|__|`")
_ENDS = re.compile(r"[.!?…][\"”’')]*$")
_MARKS = re.compile(r"[\"“”„«»]")


class Unusable(Exception):
    """An answer that no summary can be made of; its text says why, after "because"."""


def summary_from(answer: str, material: Material, model: str, *, most: int, disclose: bool) -> str:
    """An answer as the Markdown of an entry's body.

    A sentence with a name, number or quotation that no source of the story has is followed by a
    `[[verify: …]]`. The whole is marked as a machine's: in a line that readers see, or, where that
    is not to be disclosed, in a comment that only the editor sees.

    Args:
        answer: What the model said.
        material: The story that it was asked about.
        model: What the model is called.
        most: The most sentences that are taken.
        disclose: Whether the page says that a machine wrote it.

    Raises:
        Unusable: there is no whole sentence in it, or it repeats itself.
    """
    sentences = _sentences(answer)
    if not sentences:
        raise Unusable("its answer has no whole sentence")
    kept = list(_distinct(sentences))
    if len(kept) < len(sentences) / 2:
        raise Unusable("it repeated itself")
    ground = ground_of(_texts(material))
    written = [_marked(sentence, ground) for sentence in kept[:most]]
    return f"{' '.join(written)}{' ' if most == 1 else _GAP}{mark_of(model, disclose=disclose)}"


_GAP = "\n\n"


def mark_of(model: str, *, disclose: bool) -> str:
    """What says that a machine wrote the paragraph above it."""
    name = quoted(re.sub(r"[-<>]{2,}|[<>]", "-", model))
    if disclose:
        return f"*Summarised by {name}, a language model, and held against the sources.*"
    return f"<!-- written by {name}, a language model -->"


def _texts(material: Material) -> list[str]:
    """All that a sentence may take its names from: texts, titles, and who speaks where."""
    texts = [text for item in material.items for text in (item.text, item.title)]
    texts += [" ".join(item.authors) for item in material.items]
    return [*texts, *(material.source_names.get(i.source_id, "") for i in material.items)]


def _sentences(answer: str) -> list[str]:
    """The whole sentences of an answer, without what models put around them."""
    text = _LEAD_IN.sub("", _THOUGHT.sub("", answer).strip())
    text = _EMPHASIS.sub("", _BULLET.sub("", text))
    found = [" ".join(text[span.start : span.end].split()) for span in split(text)]
    return [each for each in found if _ENDS.search(each) and len(each.split()) > 2]


def _distinct(sentences: list[str]) -> Iterator[str]:
    said: list[set[str]] = []
    for sentence in sentences:
        bag = set(content_words(sentence))
        if any(len(bag & other) > ALIKE * min(len(bag), len(other)) for other in said if other):
            continue
        said.append(bag)
        yield sentence


def _marked(sentence: str, ground: Ground) -> str:
    """A sentence as Markdown, and what its sources do not have behind it."""
    long = len(sentence.split()) >= COPIED
    if long and locate(sentence, ground.texts):
        return f"“{quoted(inner(sentence))}”"
    doubts = unsupported(sentence, ground)
    words = quoted(paired(sentence))
    if not doubts:
        return words
    named = ", ".join(_MARKS.sub("", doubt) for doubt in doubts)
    return f"{words} {slot(MARK, quoted(f'not in its sources: {named}'))}"
