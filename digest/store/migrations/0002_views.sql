-- Views for people: what sqlite3 and Datasette users look at first.

CREATE VIEW verdicts AS
    -- The last keep or skip of each story that was not undone, also where it was said of a story
    -- that has gone up in this one.
    SELECT coalesce(a.story_id, d.story_id) AS story_id, d.verb AS verb, d.at AS at, max(d.id) AS decision_id
    FROM decisions AS d
    LEFT JOIN story_aliases AS a ON a.alias = d.story_id
    WHERE d.verb IN ('keep', 'skip')
        AND CAST(d.id AS TEXT) NOT IN (SELECT value FROM decisions WHERE verb = 'undo')
    GROUP BY 1;

CREATE VIEW covered AS
    -- What published issues were about, newest first: one row for each entry and address.
    SELECT
        coalesce(a.story_id, e.story_id) AS story_id, i.id AS issue_id, i.number AS number, i.date AS date,
        e.position AS position, e.headline AS headline, l.title AS link_title, l.url AS url
    FROM issues AS i
    JOIN entries AS e ON e.issue_id = i.id
    LEFT JOIN story_aliases AS a ON a.alias = e.story_id
    LEFT JOIN entry_links AS l ON l.issue_id = e.issue_id AND l.entry = e.position
    WHERE i.status = 'published'
    ORDER BY i.number DESC, i.id DESC, e.position, l.position;

CREATE VIEW inbox AS
    -- Stories that await a decision and were not published, best first.
    -- What is not asked for is not looked up, so that even a rare theme is found at once.
    SELECT
        s.id AS story_id, s.score AS score, s.title AS title, s.themes AS themes, s.why AS why,
        s.newest AS newest,
        (SELECT i.url FROM story_items AS m JOIN items AS i ON i.id = m.item_id
            WHERE m.story_id = s.id AND m.position = 0) AS url,
        (SELECT i.source_id FROM story_items AS m JOIN items AS i ON i.id = m.item_id
            WHERE m.story_id = s.id AND m.position = 0) AS source_id,
        (SELECT count(*) FROM story_items AS m WHERE m.story_id = s.id) AS items
    FROM stories AS s
    WHERE s.id NOT IN (SELECT story_id FROM verdicts)
        AND s.id NOT IN (
            SELECT coalesce(a.story_id, e.story_id)
            FROM entries AS e LEFT JOIN story_aliases AS a ON a.alias = e.story_id
            WHERE e.story_id IS NOT NULL
        )
    ORDER BY s.score DESC, s.id;

CREATE VIEW source_health AS
    -- How each source does, the failing ones first. Items a week are those of the four weeks before
    -- the last fetch of any source, by their dates.
    SELECT
        s.id AS source_id, s.kind AS kind, s.name AS name, s.failures AS failures,
        s.failing_since AS failing_since, s.error AS error, s.last_success AS last_success,
        s.next_due AS next_due, s.retired AS retired,
        (SELECT max(w.first_seen) FROM item_sources AS w WHERE w.source_id = s.id) AS last_new,
        (SELECT count(*) FROM item_sources AS w JOIN items AS i ON i.id = w.item_id
            WHERE w.source_id = s.id AND w.first_seen > span.start AND i.dated > span.start
        ) / 4.0 AS items_a_week
    FROM sources AS s, (
        SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(last_attempt), '-28 days') AS start FROM sources
    ) AS span
    WHERE s.in_config
    ORDER BY s.failures = 0, s.failing_since, s.id;
