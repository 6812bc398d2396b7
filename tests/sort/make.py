"""Items for the tests of the sort stage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digest.language.embedding import load
from digest.model import Item, Link
from digest.sort.text import embedded

NOON = datetime(2026, 6, 24, 12, tzinfo=UTC)


def item(
    item_id: str,
    title: str = "",
    text: str = "",
    *,
    hours: float | None = 0,
    links: Sequence[str] = (),
    **more: Any,
) -> Item:
    """An item published so many hours after noon, or undated."""
    values: dict[str, Any] = {
        "source_id": item_id.partition("/")[0],
        "entry_id": item_id,
        "url": f"https://{item_id.partition('/')[0]}.example/{item_id.partition('/')[2]}",
        "published": None if hours is None else NOON + timedelta(hours=hours),
        "links": tuple(Link(url) for url in links),
    }
    return Item(id=item_id, title=title, text=text, **(values | more))


def paper(number: str, title: str, text: str = "", **more: Any) -> Item:
    """A paper as arXiv gives it."""
    return item(
        f"arxiv:{number}",
        title,
        text,
        url=f"https://arxiv.org/abs/{number}",
        source_id="papers",
        kind="paper",
        external_ids={"arxiv": number},
        **more,
    )


def vectors(items: Sequence[Item]) -> NDArray[np.float32]:
    """What the pipeline would store for them."""
    return load().embed([embedded(one) for one in items])
