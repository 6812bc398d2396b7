"""How well the sort stage does on labelled sets, beside simple methods.

    python -m benchmarks.sort_quality [TASK…]

Tasks: stories, duplicates, themes, picks, highlights. What is measured is what `digest try` runs.
The splits, which are also what the stage was tuned on:

- stories: all headlines of the set; thin: 1 to 6 headlines of each story, 30 draws with seed 7.
- duplicates: 2,400 abstracts, 1,700 of them again, truncated, reworded, framed or revised.
- themes: the 20 commonest of the newsletter; learned from issues to 70 for 71 to 90, to 90 for the
  rest; and all issues without labels, the themes' names alone as descriptions. The cost and the
  calibration were also compared on 41 to 60 and 56 to 75, learned from those before.
- picks: weekly, learned before 2025-09-08, later weeks; daily, learned before 2025-07-08, later
  days.
- highlights: learned from issues to 80, later ones; TF-IDF with balanced logistic regression has
  0.762 there by title and summary, 0.779 with all that is known of an entry, as against 0.790.
"""

from __future__ import annotations

import json
import lzma
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from digest.config.schema import Theme
from digest.sort.attempt import rank_lines, story_lines, tag_lines

Row = dict[str, Any]
QUALITY = Path(__file__).parents[2] / "shared" / "data" / "quality"


def lines(name: str) -> Iterator[dict[str, Any]]:
    """The rows of a set, in their order."""
    with lzma.open(QUALITY / f"{name}.jsonl.xz", "rt", encoding="utf-8") as stream:
        yield from map(json.loads, stream)


def picks(name: str) -> set[str]:
    """The arXiv ids that a list of picks holds."""
    text = (QUALITY / f"{name}.tsv").read_text(encoding="utf-8")
    return {line.split("\t")[1] for line in text.splitlines()[1:]}


def bcubed(found: Mapping[str, str], truth: Mapping[str, str]) -> float:
    """F1 of a grouping (Bagga & Baldwin 1998)."""
    groups, stories = defaultdict(set), defaultdict(set)
    for one in truth:
        groups[found[one]].add(one)
        stories[truth[one]].add(one)
    shared = {one: len(groups[found[one]] & stories[truth[one]]) for one in truth}
    precision = sum(shared[one] / len(groups[found[one]]) for one in truth) / len(truth)
    recall = sum(shared[one] / len(stories[truth[one]]) for one in truth) / len(truth)
    return 2 * precision * recall / (precision + recall)


def area(truth: Sequence[bool], scores: Sequence[float]) -> float:
    """The area under the curve of true against false positives."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(truth, scores))


def report(task: str, ours: str, peer: str = "") -> None:
    """One line of the table."""
    print(f"{task:<34}{ours:<26}{peer}", flush=True)


# ---------------------------------------------------------------------------------------- stories


def single_pass(texts: Sequence[str], least: float = 0.2) -> list[int]:
    """The peer: each text joins the earlier group whose mean TF-IDF is nearest."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    table = TfidfVectorizer(stop_words="english").fit_transform(texts).toarray()
    sums: list[Any] = []
    labels = []
    for row in table:
        near = [float(row @ total) / (float(np.linalg.norm(total)) or 1.0) for total in sums]
        best = int(np.argmax(near)) if near else -1
        if best >= 0 and near[best] >= least:
            sums[best] = sums[best] + row
        else:
            best = len(sums)
            sums.append(row)
        labels.append(best)
    return labels


def stories() -> None:
    """Headlines, a few of each story and all at once."""
    rows = [row | {"id": str(row["id"]), "text": ""} for row in lines("stories")]
    truth = {row["id"]: row.pop("story") for row in rows}
    by_story = defaultdict(list)
    for row in rows:
        by_story[truth[row["id"]]].append(row)
    chance = random.Random(7)
    ours, peer = [], []
    for _ in range(30):
        draw = [
            row
            for told in by_story.values()
            for row in chance.sample(told, min(len(told), chance.randint(1, 6)))
        ]
        chance.shuffle(draw)
        own = {row["id"]: truth[row["id"]] for row in draw}
        ours.append(bcubed(_grouped(draw), own))
        groups = map(str, single_pass([row["title"] for row in draw]))
        peer.append(bcubed(dict(zip(own, groups, strict=True)), own))
    report("thin stories, BCubed F1", f"{np.mean(ours):.3f}", f"single pass {np.mean(peer):.3f}")
    groups = map(str, single_pass([row["title"] for row in rows]))
    together = bcubed(dict(zip(truth, groups, strict=True)), truth)
    report("all headlines", f"{bcubed(_grouped(rows), truth):.3f}", f"single pass {together:.3f}")


def _grouped(rows: Iterable[Row]) -> dict[str, str]:
    return {line["id"]: line["story"] for line in story_lines(rows)}


def duplicates() -> None:
    """Altered copies of abstracts among others."""
    chance = random.Random(3)
    texts = [row["abstract"] for row in lines("arxiv-2025") if len(row["abstract"].split()) > 60]
    texts = texts[:20_000]
    alterations = _alterations(texts, chance)
    rows = []
    for at, text in enumerate(chance.sample(texts, 2400)):
        rows.append({"id": f"{at} first", "title": "", "text": text})
        if at < 1700:
            altered = chance.choice(alterations)(text)
            rows.append({"id": f"{at} again", "title": "", "text": altered})
    found = _grouped(rows)
    together = defaultdict(list)
    for name, story in found.items():
        together[story].append(name.split()[0])
    made = sum(len(own) * (len(own) - 1) // 2 for own in together.values())
    right = sum(count == 2 for own in together.values() for count in Counter(own).values())
    report("near duplicates", f"recall {right / 1700:.3f}, precision {right / made:.3f}")


def _alterations(texts: Sequence[str], chance: random.Random) -> list[Callable[[str], str]]:
    words = [word for text in chance.sample(list(texts), 300) for word in text.split()]

    def truncated(text: str) -> str:
        own = text.split()
        return " ".join(own[: int(len(own) * chance.uniform(0.3, 0.7))]) + " …"

    def reworded(text: str) -> str:
        kept = [word for word in text.split() if chance.random() > 0.08]
        return " ".join(chance.choice(words) if chance.random() < 0.15 else word for word in kept)

    def framed(text: str) -> str:
        return f"Announce type: new. Abstract: {text} Comments: 12 pages. All rights reserved."

    def revised(text: str) -> str:
        own = re.split(r"(?<=[.!?])\s+", text)
        if len(own) > 3:
            del own[chance.randrange(len(own))]
        other = re.split(r"(?<=[.!?])\s+", chance.choice(texts))
        own.insert(chance.randrange(len(own) + 1), chance.choice(other))
        return " ".join(own)

    return [truncated, reworded, framed, revised]


# ----------------------------------------------------------------------------------------- themes


def themes() -> None:
    """The commonest categories of a newsletter's entries."""
    rows = list(lines("alignment-newsletter"))
    common = [name for name, _ in Counter(row["category"] for row in rows).most_common(20)]
    rows = [row for row in rows if row["category"] in common]
    # The names are no ids as sources.yaml wants them; `--themes` takes them as they are, too.
    named = [Theme.model_construct(id=name, title=name, description=name) for name in common]
    report("themes, names alone, accuracy", _accuracy(rows, [], named))
    for last, end in ((70, 90), (90, 110)):
        past = [row for row in rows if row["issue"] <= last]
        later = [row for row in rows if last < row["issue"] <= end]
        ours = _accuracy(later, past, named)
        report(f"themes, {last} issues, acc / macro F1", ours, f"TF-IDF {_by_words(later, past)}")


def _entry(row: Row) -> Row:
    return {"id": row["id"], "title": row["title"], "text": row["summary"] or ""}


def _accuracy(rows: Sequence[Row], past: Sequence[Row], named: Sequence[Theme]) -> str:
    train = [_entry(row) | {"themes": [row["category"]]} for row in past]
    found = [
        max(line["tags"], key=lambda tag: tag["score"])["theme"]
        for line in tag_lines(map(_entry, rows), named, train)
    ]
    return _scores([row["category"] for row in rows], found)


def _by_words(rows: Sequence[Row], past: Sequence[Row]) -> str:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(
        TfidfVectorizer(sublinear_tf=True, min_df=2), LogisticRegression(C=10, max_iter=300)
    )
    text = [[f"{row['title']} {row['summary'] or ''}" for row in some] for some in (past, rows)]
    model.fit(text[0], [row["category"] for row in past])
    return _scores([row["category"] for row in rows], list(model.predict(text[1])))


def _scores(truth: Sequence[str], found: Sequence[str]) -> str:
    from sklearn.metrics import f1_score

    macro = f1_score(truth, found, average="macro", labels=sorted(set(truth)))
    return f"{np.mean(np.array(truth) == np.array(found)):.3f} / {macro:.3f}"


# ------------------------------------------------------------------------------------------ ranks


def ranked() -> None:
    """What two lists pick among the papers of a week and of a day."""
    rows = list(lines("arxiv-2025"))
    for name, start, end, days in (
        ("weekly", "2025-09-08", "2025-12-29", 7),
        ("daily", "2025-07-08", "2025-08-30", 1),
    ):
        chosen = picks(f"picks-{name}-list")
        past = [row for row in rows if row["date"] < start]
        # Of what was passed over six tenths, the same ones each time, to save memory.
        passed = [
            row for row in past if row["id"] not in chosen and crc32(row["id"].encode()) % 10 < 6
        ]
        later = [row for row in rows if start <= row["date"] < end]
        scores = {
            line["id"]: line["score"]
            for line in rank_lines(
                map(_paper, later),
                [_paper(row) for row in past if row["id"] in chosen],
                map(_paper, passed),
            )
        }
        parts = defaultdict(list)
        for row in later:
            gone = date.fromisoformat(row["date"]) - date.fromisoformat(start)
            parts[gone.days // days].append(row["id"])
        report(f"{name} picks, AUC / in the top 50", _by_part(parts.values(), chosen, scores))


def _by_part(parts: Iterable[Sequence[str]], chosen: set[str], scores: Mapping[str, float]) -> str:
    areas, shares = [], []
    for part in parts:
        truth = [one in chosen for one in part]
        if not 0 < sum(truth) < len(truth):
            continue
        areas.append(area(truth, [scores[one] for one in part]))
        top = sorted(part, key=lambda one: -scores[one])[:50]
        shares.append(sum(one in chosen for one in top) / sum(truth))
    return f"{np.mean(areas):.3f} / {np.mean(shares):.3f}"


def _paper(row: Row) -> Row:
    return row | {"text": row["abstract"], "published": row["date"]}


def highlights() -> None:
    """What an editor put first in an issue."""
    rows = list(lines("alignment-newsletter"))
    past, later = (
        [row for row in rows if row["issue"] <= 80],
        [row for row in rows if row["issue"] > 80],
    )
    found = rank_lines(
        map(_told, later),
        [_told(row) for row in past if row["highlight"]],
        [_told(row) for row in past if not row["highlight"]],
    )
    scores = {line["id"]: line["score"] for line in found}
    ours = area([row["highlight"] for row in later], [scores[row["id"]] for row in later])
    length = area([row["highlight"] for row in later], [len(row["summary"] or "") for row in later])
    report("highlights, AUC", f"{ours:.3f}", f"by length alone {length:.3f}")


def _told(row: Row) -> Row:
    return _entry(row) | {"authors": row["authors"], "source": row["venue"]}


TASKS: Mapping[str, Callable[[], None]] = {
    "stories": stories,
    "duplicates": duplicates,
    "themes": themes,
    "picks": ranked,
    "highlights": highlights,
}

if __name__ == "__main__":
    for task in sys.argv[1:] or TASKS:
        TASKS[task]()
