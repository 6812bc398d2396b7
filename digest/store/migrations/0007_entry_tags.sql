-- What the machine takes earlier issues' entries to be about. It stands apart from the themes that
-- an entry names itself, because sorting learns from those and must not learn from its own guesses.

CREATE TABLE entry_tags (
    -- Themes that the machine found in imported entries that name none.
    issue_id TEXT NOT NULL,                     -- the issue
    entry INTEGER NOT NULL,                     -- entries.position
    theme TEXT NOT NULL,                        -- the theme's id in sources.yaml
    score REAL NOT NULL,                        -- a probability, 0…1
    evidence TEXT NOT NULL,                     -- a JSON list of {kind, what, weight}
    PRIMARY KEY (issue_id, entry, theme),
    FOREIGN KEY (issue_id, entry) REFERENCES entries (issue_id, position)
        ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
