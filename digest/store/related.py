"""Items that an address or an identifier ties together, however old they are."""

from __future__ import annotations

import json
from collections.abc import Iterable

from digest.markup.identifiers import external_ids
from digest.store.connection import Connection
from digest.store.values import wanted


def related(db: Connection, item_ids: Iterable[str]) -> list[str]:
    """The ids of stored items that share an address or an identifier with any of these.

    Both ways: what these items link to or discuss, and what links to or discusses them. The items
    themselves are left out. In the order they came.
    """
    ids = wanted(dict.fromkeys(item_ids))
    mine = (
        "SELECT url FROM items WHERE id IN (SELECT value FROM json_each(?1))"
        " UNION SELECT discusses FROM items WHERE discusses <> ''"
        "     AND id IN (SELECT value FROM json_each(?1))"
    )
    targets = [
        row["url"]
        for row in db.rows(
            f"{mine} UNION SELECT url FROM item_links"  # noqa: S608 - our own words
            " WHERE item_id IN (SELECT value FROM json_each(?1)) ORDER BY 1",
            (ids,),
        )
    ]
    named = sorted({pair for url in targets for pair in external_ids(url).items()})
    rows = db.rows(
        f"WITH mine AS ({mine}),"  # noqa: S608 - our own words
        " targets AS (SELECT value AS url FROM json_each(?2)),"
        " named AS (SELECT value ->> 0 AS scheme, value ->> 1 AS value FROM json_each(?3)"
        "     UNION SELECT scheme, value FROM external_ids"
        "         WHERE item_id IN (SELECT value FROM json_each(?1))),"
        " found AS (SELECT i.id FROM targets JOIN items AS i USING (url)"
        "     UNION SELECT l.item_id FROM mine JOIN item_links AS l USING (url)"
        "     UNION SELECT i.id FROM mine JOIN items AS i ON i.discusses = mine.url"
        "         AND i.discusses <> ''"
        "     UNION SELECT e.item_id FROM named JOIN external_ids AS e USING (scheme, value))"
        " SELECT i.id FROM found JOIN items AS i USING (id)"
        " WHERE i.id NOT IN (SELECT value FROM json_each(?1)) ORDER BY i.number",
        (ids, wanted(targets), json.dumps(named)),
    )
    return [row["id"] for row in rows]
