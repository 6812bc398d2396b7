"""The stage on a person's own rows, for `digest try`: the functions that the pipeline calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from digest.config.schema import Theme
from digest.language.embedding import load
from digest.model import Evidence, Tag
from digest.sort.rows import item_of
from digest.sort.stories import join
from digest.sort.tags import Labels, tag
from digest.sort.taste import Judged, taste
from digest.sort.text import embedded

Row = Mapping[str, Any]


def tag_lines(
    rows: Iterable[Row], themes: Sequence[Theme], train: Iterable[Row] = ()
) -> Iterator[dict[str, Any]]:
    """`{id, tags: [{theme, score, chosen, evidence}]}` for each row, every theme listed.

    Args:
        rows: `{id, title, text}`.
        themes: What to tag with.
        train: Likewise, with the `themes` that each belongs to.
    """
    items = [item_of(row) for row in rows]
    embedder = load()
    labels = _labels(list(train))
    vectors = embedder.embed([embedded(item) for item in items])
    tags = tag(items, vectors, themes, labels, embedder=embedder)
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
    chances = taste(candidates, _judged(picked), _judged(passed))
    for at in sorted(range(len(chances)), key=lambda at: (-chances[at], candidates.items[at].id)):
        chance = round(float(chances[at]), 6)
        yield {
            "id": candidates.items[at].id,
            "score": chance,
            "why": f"like your picks, {chance:.2f}",
        }


def _judged(rows: Iterable[Row]) -> Judged:
    items = [item_of(row) for row in rows]
    return Judged(items, load().embed([embedded(item) for item in items]))


def _labels(rows: Sequence[Row]) -> Labels | None:
    if not rows:
        return None
    items = [item_of(row) for row in rows]
    return Labels(
        items,
        load().embed([embedded(item) for item in items]),
        [frozenset(str(theme) for theme in row.get("themes") or ()) for row in rows],
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
