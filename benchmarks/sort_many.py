"""Themes by their definitions alone, over real papers: many by their names, three by a sentence.

    python -m benchmarks.sort_many [names] [descriptions]

What is measured is what `digest try tag` runs.

- names: 700 papers with several of 50 categories, which are given by their full names; tagged with
  no labels, with the first 100, with the first 338, always the papers after those. Micro F1 of what
  is chosen, beside TF-IDF with logistic regression at its own best threshold on those papers. The
  constants of `digest.sort.many` were fitted to this, to 700 descriptions of Debian packages with
  56 of their tags and to `tests/quality/laws.jsonl`; on 2026-11-30, before and after:

      set, labels    0              100            338            TF-IDF 100 / 338
      categories     0.286 → 0.321  0.523 → 0.566  0.556 → 0.592  0.567 / 0.591
      packages       0.403 → 0.492  0.539 → 0.586  0.629 → 0.644  0.456 / 0.598
      laws           0.369 → 0.526

- descriptions: lists by words of titles against all other papers, area under the curve; once with
  the titles, once with the abstracts alone, as the lists were made by titles. Before and after,
  self-improvement, simulation and policy: 0.914, 0.950, 0.880 → 0.937, 0.957, 0.880.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.sort_quality import area, lines, report
from digest.config.schema import Theme
from digest.config.themes import named_themes
from digest.sort.attempt import tag_lines

Row = dict[str, Any]
# Categories as arXiv calls them.
CATEGORIES = {
    "cs.CV": "Computer Vision and Pattern Recognition",
    "cs.AI": "Artificial Intelligence",
    "cs.CL": "Computation and Language",
    "cs.LG": "Machine Learning",
    "cs.RO": "Robotics",
    "eess.IV": "Image and Video Processing",
    "cs.GR": "Graphics",
    "cs.HC": "Human-Computer Interaction",
    "cs.IR": "Information Retrieval",
    "cs.CY": "Computers and Society",
    "cs.MM": "Multimedia",
    "eess.AS": "Audio and Speech Processing",
    "cs.SD": "Sound",
    "cs.CR": "Cryptography and Security",
    "cs.MA": "Multiagent Systems",
    "cs.SE": "Software Engineering",
    "stat.ML": "Statistics: Machine Learning",
    "eess.SY": "Systems and Control",
    "cs.NE": "Neural and Evolutionary Computing",
    "eess.SP": "Signal Processing",
    "cs.SI": "Social and Information Networks",
    "cs.CE": "Computational Engineering, Finance, and Science",
    "cs.DB": "Databases",
    "cs.ET": "Emerging Technologies",
    "cs.LO": "Logic in Computer Science",
    "q-bio.QM": "Quantitative Biology: Quantitative Methods",
    "cs.DC": "Distributed, Parallel, and Cluster Computing",
    "q-bio.NC": "Neurons and Cognition",
    "math.OC": "Optimization and Control",
    "cs.IT": "Information Theory",
    "stat.AP": "Statistics: Applications",
    "physics.med-ph": "Medical Physics",
    "cs.DL": "Digital Libraries",
    "cs.GT": "Computer Science and Game Theory",
    "cs.AR": "Hardware Architecture",
    "cs.PF": "Performance",
    "cond-mat.mtrl-sci": "Materials Science",
    "math.NA": "Numerical Analysis",
    "stat.ME": "Statistics: Methodology",
    "cs.PL": "Programming Languages",
    "cs.NI": "Networking and Internet Architecture",
    "cs.CG": "Computational Geometry",
    "econ.GN": "General Economics",
    "quant-ph": "Quantum Physics",
    "cs.FL": "Formal Languages and Automata Theory",
    "astro-ph.IM": "Instrumentation and Methods for Astrophysics",
    "physics.optics": "Optics",
    "cs.SC": "Symbolic Computation",
    "physics.comp-ph": "Computational Physics",
    "physics.soc-ph": "Physics and Society",
}
ALIASES = {"math.IT": "cs.IT", "cs.SY": "eess.SY", "cs.NA": "math.NA", "math.ST": "stat.ME"}
ALIASES |= {"q-fin.EC": "econ.GN"}
PAPERS, OFTEN = 700, 200

SENTENCES = {
    "self-improvement": "AI systems that improve themselves: self-training, self-play, and agents "
    "that automate AI research and development.",
    "simulation": "Simulated worlds, environments and game engines used to train and test agents, "
    "including world models and social simulation.",
    "policy": "Laws, regulation, governance and standards for artificial intelligence, and their "
    "effects on society.",
}
TITLES = {
    "self-improvement": r"self-?(evolv|improv|reward|play|refin|taught|challeng)|ai scientist|"
    r"automat\w+ (scientific|research|machine learning|ai )|alphaevolve|auto-?ml",
    "simulation": r"simulators?\b|world models?\b|sim-?to-?real|sim2real|real2sim|game engine|"
    r"(social|society|agent) simulation|user simulat|virtual (world|environment|societ)|"
    r"simulated (env|worl|soc|agent)|interactive (world|environment)",
    "policy": r"govern|regulat|policymak|\blaw\b|\blegal|legislat|audit|liabil|complian|\bai act\b|"
    r"gdpr|accountab|copyright|safety case|standard(s|iz)|societal",
}


def papers() -> list[Row]:
    """Papers with several categories, the rarer ones preferred, by chance and always the same."""
    rows = []
    for row in lines("arxiv-2025"):
        found = sorted({ALIASES.get(name, name) for name in row["categories"]} & CATEGORIES.keys())
        if len(found) > 1:
            names = [CATEGORIES[name] for name in found]
            rows.append({"id": row["id"], "title": row["title"], "text": row["abstract"]})
            rows[-1]["themes"] = names
    chance = random.Random(11)
    chance.shuffle(rows)
    count = {name: sum(name in row["themes"] for row in rows) for name in CATEGORIES.values()}
    rows.sort(key=lambda row: chance.random() * min(count[name] for name in row["themes"]) ** 0.5)
    heard = dict.fromkeys(CATEGORIES.values(), 0)
    chosen: list[Row] = []
    for row in rows:
        if len(chosen) < PAPERS and any(heard[name] < OFTEN for name in row["themes"]):
            chosen.append(row)
            for name in row["themes"]:
                heard[name] += 1
    chance.shuffle(chosen)
    return chosen


def micro_f1(chosen: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """F1 over all pairs of an item and a theme."""
    return float(2 * (chosen & truth).sum() / (chosen.sum() + truth.sum()))


def names() -> None:
    """Categories by their names."""
    rows = papers()
    themes = named_themes(CATEGORIES.values())
    for labels in (0, 100, 338):
        past, later = rows[:labels], rows[max(labels, 338) :]
        bare = [{key: row[key] for key in ("id", "title", "text")} for row in later]
        found = list(tag_lines(bare, themes, past))
        chosen = np.array([[tag["chosen"] for tag in line["tags"]] for line in found])
        truth = np.array([[theme.id in row["themes"] for theme in themes] for row in later])
        peer = f"TF-IDF {_by_words(past, later, [t.id for t in themes]):.3f}" if past else ""
        report(f"categories, {labels} labels", f"{micro_f1(chosen, truth):.3f}", peer)


def _by_words(past: Sequence[Row], later: Sequence[Row], themes: Sequence[str]) -> float:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    text = [[f"{row['title']} {row['text']}" for row in some] for some in (past, later)]
    words = TfidfVectorizer(sublinear_tf=True, min_df=2, ngram_range=(1, 2), stop_words="english")
    learned, asked = words.fit_transform(text[0]), words.transform(text[1])
    scores = np.zeros((len(later), len(themes)))
    for column, theme in enumerate(themes):
        truth = [theme in row["themes"] for row in past]
        if any(truth):
            model = LogisticRegression(C=10, class_weight="balanced", max_iter=500)
            scores[:, column] = model.fit(learned, truth).predict_proba(asked)[:, 1]
    truth_later = np.array([[theme in row["themes"] for theme in themes] for row in later])
    return max(micro_f1(scores >= least, truth_later) for least in np.linspace(0.05, 0.9, 86))


def descriptions() -> None:
    """Three themes described in a sentence."""
    rows = list(lines("arxiv-2025"))
    truth = {theme: [_told(theme, row) for row in rows] for theme in TITLES}
    kept = [at for at in range(len(rows)) if at % 4 == 0 or any(t[at] for t in truth.values())]
    themes = [
        Theme(id=name, title=name.capitalize(), description=text)
        for name, text in SENTENCES.items()
    ]
    for titled in (True, False):
        asked = [
            {
                "id": rows[at]["id"],
                "title": rows[at]["title"] if titled else "",
                "text": rows[at]["abstract"],
            }
            for at in kept
        ]
        found = list(tag_lines(asked, themes))
        areas = [
            area(
                [truth[theme.id][at] for at in kept],
                [line["tags"][column]["score"] for line in found],
            )
            for column, theme in enumerate(themes)
        ]
        what = "with titles" if titled else "abstracts alone"
        report(f"descriptions, {what}", " / ".join(f"{one:.3f}" for one in areas))


def _told(theme: str, row: Row) -> bool:
    title = row["title"].lower()
    if theme == "policy" and (
        "cs.CY" not in row["categories"]
        or re.search(r"policy (optim|gradient|learning)|robot|law enforcement|scaling law", title)
    ):
        return False
    return re.search(TITLES[theme], title) is not None


TASKS: Mapping[str, Callable[[], None]] = {"names": names, "descriptions": descriptions}

if __name__ == "__main__":
    for task in sys.argv[1:] or TASKS:
        TASKS[task]()
