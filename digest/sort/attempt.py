"""The stage on a person's own rows, for `digest try`: the functions that the pipeline calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from digest.config.schema import Theme
from digest.language.embedding import load
from digest.model import Evidence, Tag
from digest.sort.many import are_many, survey
from digest.sort.rows import item_of
from digest.sort.stems import stems
from digest.sort.stories import join
from digest.sort.tags import Labels, tag
from digest.sort.taste import Judged, Opinion, learn_taste
from digest.sort.telling import Usual
from digest.sort.text import embedded

Row = Mapping[str, Any]


def tag_lines(
    rows: Iterable[Row], themes: Sequence[Theme], train: Iterable[Row] = ()
) -> Iterator[dict[str, Any]]:
    """`{id, tags: [{theme, score, chosen, evidence}]}` for each row, every theme listed.

    Args:
        rows: `{id, title, text}`.
        themes: What to tag with.
        train: Likewise, with the `themes` that each belongs to, by id or title.
    """
    items = [item_of(row) for row in rows]
    embedder = load()
    labels = _labels(list(train), themes)
    vectors = embedder.embed([embedded(item) for item in items])
    known = labels or Labels([], vectors[:0], [])
    corpus = [*items, *known.items], np.vstack([vectors, known.vectors])
    many = are_many(themes)
    field = survey(*corpus, themes, embedder) if many else None
    usual = None if many else Usual.of_texts(stems(embedded(item)) for item in corpus[0])
    tags = tag(items, vectors, themes, labels, embedder=embedder, field=field, usual=usual)
    for index, item in enumerate(items):
        own = tags[index * len(themes) : (index + 1) * len(themes)]
        yield {"id": item.id, "tags": [_tag_line(one) for one in own]}


def story_lines(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """`{id, story}` for each row `{id, title, text, url?, published?, links?}`, in their order."""
    items = [item_of(row) for row in rows]
    vectors = load().embed([embedded(item) for item in items])
    stories = join(items, vectors)
    holder = {item_id: story.id for story in stories for item_id in story.item_ids}
    for item in items:
        yield {"id": item.id, "story": holder[item.id]}


def rank_lines(
    rows: Iterable[Row], picked: Iterable[Row], passed: Iterable[Row] = ()
) -> Iterator[dict[str, Any]]:
    """`{id, score, why}` for each candidate, best first.

    Args:
        rows: `{id, title, text, source?, published?, authors?, categories?, comment?}`.
        picked: Likewise, what was chosen in the past.
        passed: Likewise, what was passed over in the past.
    """
    candidates = _judged(rows)
    chosen, others = _judged(picked), _judged(passed)
    # Where nothing was passed over, a pick differs from what there is to choose from.
    taste = learn_taste(chosen, others if others.items else candidates)
    if taste is None:
        opinions = [Opinion(0.5, 0.0, "no picks to learn from") for _ in candidates.items]
    else:
        opinions = taste.judge(candidates)
    lines = zip(candidates.items, opinions, strict=True)
    for item, opinion in sorted(lines, key=lambda one: (-one[1].log_odds, one[0].id)):
        yield {"id": item.id, "score": round(opinion.chance, 6), "why": opinion.why}


def _judged(rows: Iterable[Row]) -> Judged:
    items = [item_of(row) for row in rows]
    return Judged(items, load().embed([embedded(item) for item in items]))


def _labels(rows: Sequence[Row], themes: Sequence[Theme]) -> Labels | None:
    if not rows:
        return None
    known = {theme.title: theme.id for theme in themes} | {theme.id: theme.id for theme in themes}
    items = [item_of(row) for row in rows]
    return Labels(
        items,
        load().embed([embedded(item) for item in items]),
        [
            frozenset(known.get(str(name), str(name)) for name in row.get("themes") or ())
            for row in rows
        ],
    )


def _tag_line(tag: Tag) -> dict[str, Any]:
    return {
        "theme": tag.theme,
        "score": tag.score,
        "chosen": tag.chosen,
        "evidence": [_evidence_line(one) for one in tag.evidence],
    }


def _evidence_line(evidence: Evidence) -> dict[str, Any]:
    return {"kind": evidence.kind, "what": evidence.what, "weight": evidence.weight}
