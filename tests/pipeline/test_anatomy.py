"""Everything that an issue can have, from the draft to the page and its JSON."""

from __future__ import annotations

import json

from digest.markup.html import to_text
from tests.pipeline.conftest import Desk

PARTS = """Welcome to Import Kettle, a newsletter about steam.

## Import A-Idea: On waiting:

Whoever waits has time for tea.

***

## Hill Lab: Let us not boil, let us simmer:
*…A sensible aim…*

A kettle was made, and [its notes](https://lab.example/notes) say why.

**What it is made of:**

* **Tin:** the outside.
* **Water:** the inside.

**Why this matters - patience pays:** If water is cheap, so is waiting.

**Read more:** [On Simmering](https://lab.example/abs/1) (arXiv, GitHub).

**Get the dataset here:** [Kettles](https://lab.example/data) (Hugging Face).

***

## Tech Tales:

**The Last Cup**

*[2041]*

It was morning. “Is it you?” it said.

**Things that inspired this story:** Kettles; mornings; a film.

**AI usage:** None.

Thanks for reading!
"""
WORDS = """
On waiting|Whoever waits|let us simmer|A sensible aim|its notes|What it is made of|Tin:|the inside
patience pays|so is waiting|On Simmering|arXiv|GitHub|Get the dataset here|Kettles|Hugging Face
The Last Cup|2041|Is it you?|a film|AI usage|None.|Thanks for reading!|Does steam dream?
humming tin|a law|the last cup|a newsletter about steam
"""


def test_every_part_of_an_issue_reaches_the_page_and_the_json(desk: Desk) -> None:
    desk("draft")
    path = desk.draft
    front = path.read_text(encoding="utf-8").split("---\n")[1]
    lines = [line for line in front.splitlines() if line.partition(":")[0] not in _CHANGED]
    number = desk.ask("status")["issue"]["number"]
    lines.append(f'title: "Import Kettle {number}: humming tin; a law; the last cup"')
    lines.append('subtitle: "Does steam dream?"')
    path.write_text("---\n" + "\n".join(lines) + f"\n---\n\n{PARTS}", encoding="utf-8")
    assert [one for one in desk.ask("check")["problems"] if one["severity"] == "error"] == []
    code, out, _ = desk("try", "issue", str(path))
    issue = json.loads(out)
    essay, item = issue["entries"]
    assert code == 0
    assert (essay["kind"], item["kind"]) == ("essay", "item")
    assert item["why"] == {
        "thesis": "patience pays",
        "text": "If water is cheap, so is waiting.",
    }
    assert [more["label"] for more in item["read_more"]] == ["Read more", "Get the dataset here"]
    assert issue["coda"]["setting"] == "[2041]"
    assert issue["coda"]["inspired"] == ["Kettles", "mornings", "a film"]
    assert issue["coda"]["extra"] == "**AI usage:** None."
    assert desk("publish")[0] == 0
    page = desk.folder / "data" / "site" / "issues" / issue["id"] / "index.html"
    html = page.read_text(encoding="utf-8")
    shown = to_text(html.partition("<main")[2])
    missing = [
        words for line in WORDS.split("\n") for words in line.split("|") if words not in shown
    ]
    assert missing == []
    assert all(url in html for url in ("https://lab.example/abs/1", "https://lab.example/data"))


_CHANGED = ("title", "subtitle", "status")
