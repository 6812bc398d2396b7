-- Renaming a story is a decision. What a table allows cannot be changed, so it is made anew; no row
-- is changed by it.

CREATE TABLE decisions_before AS SELECT * FROM decisions;
DROP TABLE decisions;
CREATE TABLE decisions (
    -- What the editor did to stories; only ever appended.
    id INTEGER PRIMARY KEY AUTOINCREMENT,       -- in the order they were made
    at TEXT NOT NULL,                           -- when
    story_id TEXT NOT NULL,                     -- the story as it was called then
    verb TEXT NOT NULL                          -- keep, skip, note, retheme, rename, merge, split or undo
        CHECK (verb IN ('keep', 'skip', 'note', 'retheme', 'rename', 'merge', 'split', 'undo')),
    value TEXT NOT NULL                         -- the note, title, themes, story or items; of undo the decision
) STRICT;
INSERT INTO decisions (id, at, story_id, verb, value)
    SELECT id, at, story_id, verb, value FROM decisions_before ORDER BY id;
DROP TABLE decisions_before;
CREATE INDEX decisions_by_story ON decisions (story_id, id);
CREATE INDEX decisions_undone ON decisions (value) WHERE verb = 'undo';
CREATE TRIGGER decisions_never_change BEFORE UPDATE ON decisions BEGIN
    SELECT raise(ABORT, 'decisions are only ever appended');
END;
CREATE TRIGGER decisions_never_go BEFORE DELETE ON decisions BEGIN
    SELECT raise(ABORT, 'decisions are only ever appended');
END;
