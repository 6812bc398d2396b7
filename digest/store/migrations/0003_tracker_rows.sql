-- Running lists kept across issues.

CREATE TABLE tracker_rows (
    -- What trackers hold: rows that issues filed, and rows that the editor filed by hand.
    id INTEGER PRIMARY KEY AUTOINCREMENT,       -- in the order they were filed
    tracker TEXT NOT NULL,                      -- the tracker, an id of sources.yaml
    cells TEXT NOT NULL,                        -- what it says: a JSON object, column -> text
    at TEXT NOT NULL,                           -- when it was filed
    issue_id TEXT                               -- the issue that filed it; empty for one by hand
        REFERENCES issues (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    key TEXT NOT NULL,                          -- and its entry there
    story_id TEXT NOT NULL                      -- the story that it was made from by hand, if it was
) STRICT;
CREATE INDEX tracker_rows_by_tracker ON tracker_rows (tracker, id);
CREATE INDEX tracker_rows_by_issue ON tracker_rows (issue_id) WHERE issue_id IS NOT NULL;
