"""Items that an address or an identifier ties together, however old they are."""

from __future__ import annotations

import json
from collections.abc import Iterable

from digest.markup.identifiers import external_ids
from digest.store.connection import Connection
from digest.store.values import wanted


def reached(db: Connection, urls: Iterable[str]) -> dict[str, list[str]]:
    """The ids of stored items that each of these addresses leads to, by address.

    An item is reached by its own address, and by any address of the paper that it is.
    """
    wanted_urls = list(dict.fromkeys(urls))
    forms = [(url, *pair) for url in wanted_urls for pair in external_ids(url).items()]
    rows = db.rows(
        "SELECT DISTINCT url, id FROM (SELECT w.value AS url, i.id, i.number"
        "     FROM json_each(?1) AS w JOIN items AS i ON i.url IN (w.value)"
        " UNION SELECT w.value ->> 0, i.id, i.number FROM json_each(?2) AS w"
        "     JOIN external_ids AS e ON e.scheme = w.value ->> 1 AND e.value = w.value ->> 2"
        "     JOIN items AS i ON i.id = e.item_id"
        "     WHERE w.value ->> 1 IN ('arxiv', 'doi')) ORDER BY url, number",
        (wanted(wanted_urls), json.dumps(forms)),
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["url"], []).append(row["id"])
    return found


def related(db: Connection, item_ids: Iterable[str]) -> list[str]:
    """The ids of stored items that share an address or an identifier with any of these.

    Both ways: what these items link to or discuss, and what links to or discusses them. The items
    themselves are left out. In the order they came.
    """
    ids = wanted(dict.fromkeys(item_ids))
    mine = (
        # What has no address, such as a mail, shares none.
        "SELECT url FROM items WHERE url <> '' AND id IN (SELECT value FROM json_each(?1))"
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
        if row["url"]
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
