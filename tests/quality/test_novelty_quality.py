"""How well what was told before is recognised by its words, on the sample web and its editor.

Her twelve entries are about stories of the sample web in words of her own. Each is nearest to an
item that it is about; all stand out from the field; none is near to an item of something else.
The highest nearness between strangers is 3.0 spreads, the lowest of the twelve 3.6.
"""

from __future__ import annotations

import numpy as np

from digest.demo.editor import words
from digest.demo.library import sites
from digest.language.embedding import load
from digest.model import Item
from digest.sort.background import Background
from digest.sort.covered import Past
from digest.sort.novelty import LIKE, SAME, Told, entry_text
from digest.sort.text import embedded


def test_the_editors_own_words_are_recognised_and_nothing_else_is() -> None:
    items = [
        Item(f"{name}/{post.slug}", name, post.slug, "", last.title, text=last.text)
        for name, site in sites().items()
        for post in site.posts
        for last in post.versions[-1:]
    ]
    pieces = words().pieces
    texts = [
        entry_text(
            Past("", 1, None, "", one.headline, text=f"{one.opening} {one.thesis} {one.why}")
        )
        for one in pieces
    ]
    meanings = load().embed([embedded(one) for one in items])
    field = Background.of(items, meanings)
    near = Told.of(texts, load().embed(texts), field).nearness(items, meanings, field)
    about = np.array([[one.fits(f"{item.title} {item.text}") for one in pieces] for item in items])
    assert near.shape == about.shape == (80, 12)
    assert about[near.argmax(axis=0), np.arange(12)].all()
    assert np.count_nonzero(near.max(axis=0) >= LIKE) == 12
    assert np.count_nonzero(near.max(axis=0) >= SAME) >= 2
    assert near[~about].max() < LIKE
