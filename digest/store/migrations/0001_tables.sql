-- Times are ISO 8601 in UTC (2026-06-29T12:00:00Z), days are 2026-06-29, lists and mappings are
-- JSON, yes and no are 1 and 0. Items are named by items.id, stories by stories.id (ten hexadecimal
-- digits), issues by issues.id (2026-w27, or n437 for an imported one without a date).

CREATE TABLE sources (
    -- Every place that was ever fetched from, and what is remembered of it between fetches.
    id TEXT PRIMARY KEY,                        -- its id in sources.yaml
    kind TEXT NOT NULL DEFAULT '',              -- feed, arxiv, page, forum, hand, …
    name TEXT NOT NULL DEFAULT '',              -- what people call it
    url TEXT NOT NULL DEFAULT '',               -- the address in sources.yaml
    in_config INTEGER NOT NULL DEFAULT 1,       -- 0 once it is gone from sources.yaml, and for hand
    moved_to TEXT NOT NULL DEFAULT '',          -- the address fetched instead, after a permanent move
    etag TEXT NOT NULL DEFAULT '',              -- ETag of the last body that was stored
    last_modified TEXT NOT NULL DEFAULT '',     -- Last-Modified of that body, as the server wrote it
    body_hash TEXT NOT NULL DEFAULT '',         -- digest of that body
    first_success TEXT,                         -- when it was first fetched without an error
    last_success TEXT,                          -- when it was last fetched without an error
    last_change TEXT,                           -- when its body last differed
    last_attempt TEXT,                          -- when it was last tried
    next_due TEXT,                              -- when to try it again
    failures INTEGER NOT NULL DEFAULT 0,        -- failed fetches since the last success
    failing_since TEXT,                         -- the first of those failures
    error TEXT NOT NULL DEFAULT '',             -- what the last failure said
    status INTEGER,                             -- HTTP status of the last answer
    retired INTEGER NOT NULL DEFAULT 0,         -- 1 when the server said that it will not come back
    memo TEXT NOT NULL DEFAULT '{}'             -- the fetcher's own notes, by kind
) STRICT;

CREATE TABLE documents (
    -- What fetches returned, kept for some weeks so that reading them can be repeated.
    id TEXT PRIMARY KEY,                        -- derived from source, address and body
    source_id TEXT NOT NULL                     -- the source it was fetched for
        REFERENCES sources (id) DEFERRABLE INITIALLY DEFERRED,
    url TEXT NOT NULL,                          -- the address asked for
    final_url TEXT NOT NULL,                    -- the address that answered, after redirects
    status INTEGER NOT NULL,                    -- HTTP status
    media_type TEXT NOT NULL,                   -- the media type without parameters
    headers TEXT NOT NULL,                      -- the answer's headers
    fetched TEXT NOT NULL,                      -- when it was first fetched
    size INTEGER NOT NULL,                      -- bytes of the body before compression
    body BLOB NOT NULL                          -- the body, compressed with zlib
) STRICT;
CREATE INDEX documents_by_time ON documents (fetched);
CREATE INDEX documents_by_source ON documents (source_id, fetched);

CREATE TABLE items (
    -- Every post, paper and page, as it reads now. Earlier texts are in item_versions.
    number INTEGER PRIMARY KEY,                 -- the order of arrival; used inside only
    id TEXT NOT NULL UNIQUE,                    -- stable: SOURCE/xxxxxxxxxx, or arxiv:2606.01234
    source_id TEXT NOT NULL                     -- the source that reported it first
        REFERENCES sources (id) DEFERRABLE INITIALLY DEFERRED,
    entry_id TEXT NOT NULL,                     -- what that source calls it
    url TEXT NOT NULL,                          -- its address
    title TEXT NOT NULL,                        -- its title, plain text
    kind TEXT NOT NULL                          -- post, paper, page or thread
        CHECK (kind IN ('post', 'paper', 'page', 'thread')),
    authors TEXT NOT NULL,                      -- names, a JSON list
    published TEXT,                             -- when it says it was published
    updated TEXT,                               -- when it says it was updated
    first_seen TEXT NOT NULL,                   -- when it was first fetched
    changed TEXT NOT NULL,                      -- when its title or text last changed here
    version INTEGER NOT NULL DEFAULT 1,         -- how many titles and texts it has had, this one included
    dated TEXT NOT NULL                         -- the earlier of published and first_seen
        GENERATED ALWAYS AS (min(coalesce(published, first_seen), first_seen)) VIRTUAL,
    categories TEXT NOT NULL,                   -- its categories, a JSON list
    discusses TEXT NOT NULL,                    -- for a link post, the address it is about
    note TEXT NOT NULL,                         -- its authors' remark on the work, such as arXiv's comment
    karma INTEGER,                              -- the score its forum gave it
    fingerprint TEXT NOT NULL,                  -- digest of what the source said, to tell an edit
    via TEXT NOT NULL,                          -- the way in: feed, arxiv-api, page, forum, hand, …
    content_hash TEXT NOT NULL,                 -- digest of what sorting reads; tags and vectors name it
    revision INTEGER NOT NULL,                  -- grows whenever content_hash changes: the queue of sorting
    text TEXT NOT NULL,                         -- plain text, a blank line between paragraphs
    html TEXT NOT NULL                          -- the same, sanitised HTML
) STRICT;
CREATE UNIQUE INDEX items_by_revision ON items (revision);
CREATE INDEX items_by_date ON items (dated);
CREATE INDEX items_by_arrival ON items (first_seen, revision);
CREATE INDEX items_by_source ON items (source_id, dated);
CREATE INDEX items_by_url ON items (url);
CREATE INDEX items_by_kind ON items (kind);
CREATE INDEX items_by_discussed ON items (discusses) WHERE discusses <> '';

CREATE TABLE item_sources (
    -- All the ways an item came: an arXiv paper may come by query and by listing.
    item_id TEXT NOT NULL                       -- the item
        REFERENCES items (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    source_id TEXT NOT NULL                     -- the source that reported it
        REFERENCES sources (id) DEFERRABLE INITIALLY DEFERRED,
    entry_id TEXT NOT NULL,                     -- what that source calls it
    fingerprint TEXT NOT NULL,                  -- digest of what that source last said of it
    first_seen TEXT NOT NULL,                   -- when it first came this way
    PRIMARY KEY (item_id, source_id, entry_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_sources_by_source ON item_sources (source_id, first_seen);

CREATE TABLE item_versions (
    -- Titles and texts that items had before. The present ones are in items.
    item_id TEXT NOT NULL                       -- the item
        REFERENCES items (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    number INTEGER NOT NULL,                    -- 1 is the first
    seen TEXT NOT NULL,                         -- when this version was first fetched
    replaced TEXT NOT NULL,                     -- when the next one was
    what_changed TEXT NOT NULL,                 -- what the next one changed: title, text or both
    title TEXT NOT NULL,                        -- the title it had
    text TEXT NOT NULL,                         -- the text it had
    html TEXT NOT NULL,                         -- the HTML it had
    PRIMARY KEY (item_id, number)
) STRICT;

CREATE TABLE item_links (
    -- The links that items' texts hold, in their order.
    item_id TEXT NOT NULL                       -- the item
        REFERENCES items (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,                  -- 0 is the first
    url TEXT NOT NULL,                          -- where it leads
    title TEXT NOT NULL,                        -- the words that were linked
    PRIMARY KEY (item_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_links_by_url ON item_links (url);

CREATE TABLE external_ids (
    -- What an item is elsewhere.
    item_id TEXT NOT NULL                       -- the item
        REFERENCES items (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    scheme TEXT NOT NULL,                       -- arxiv, doi, github, …
    value TEXT NOT NULL,                        -- its id there
    PRIMARY KEY (item_id, scheme)
) STRICT, WITHOUT ROWID;
CREATE INDEX external_ids_by_value ON external_ids (scheme, value);

CREATE TABLE comments (
    -- The discussion under items, as it stands now.
    item_id TEXT NOT NULL                       -- the item
        REFERENCES items (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,                  -- 0 is the oldest
    id TEXT NOT NULL,                           -- what the forum calls the comment
    parent TEXT,                                -- the comment it answers
    author TEXT NOT NULL,                       -- who wrote it
    posted TEXT,                                -- when
    karma INTEGER,                              -- the score the forum gave it
    text TEXT NOT NULL,                         -- plain text
    html TEXT NOT NULL,                         -- sanitised HTML
    PRIMARY KEY (item_id, position)
) STRICT;

CREATE TABLE comment_versions (
    -- Comments that were edited or withdrawn, as they read before.
    item_id TEXT NOT NULL                       -- the item
        REFERENCES items (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    id TEXT NOT NULL,                           -- what the forum calls the comment
    number INTEGER NOT NULL,                    -- 1 is the first
    replaced TEXT NOT NULL,                     -- when it was seen to have changed or gone
    author TEXT NOT NULL,                       -- who wrote it
    text TEXT NOT NULL,                         -- the text it had
    PRIMARY KEY (item_id, id, number)
) STRICT;

CREATE VIRTUAL TABLE items_fts USING fts5 (
    -- The index of digest search; kept by the triggers below.
    title, text, authors,
    content = 'items', content_rowid = 'number', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER items_fts_insert AFTER INSERT ON items BEGIN
    INSERT INTO items_fts (rowid, title, text, authors)
    VALUES (new.number, new.title, new.text, new.authors);
END;
CREATE TRIGGER items_fts_delete AFTER DELETE ON items BEGIN
    INSERT INTO items_fts (items_fts, rowid, title, text, authors)
    VALUES ('delete', old.number, old.title, old.text, old.authors);
END;
CREATE TRIGGER items_fts_update AFTER UPDATE OF title, text, authors ON items BEGIN
    INSERT INTO items_fts (items_fts, rowid, title, text, authors)
    VALUES ('delete', old.number, old.title, old.text, old.authors);
    INSERT INTO items_fts (rowid, title, text, authors)
    VALUES (new.number, new.title, new.text, new.authors);
END;

CREATE TABLE embeddings (
    -- What items mean, as vectors. Kept by number, so that neighbours in time lie together.
    item_number INTEGER NOT NULL                -- items.number
        REFERENCES items (number) ON DELETE CASCADE,
    model TEXT NOT NULL,                        -- the model and its version
    content_hash TEXT NOT NULL,                 -- items.content_hash of what was embedded
    vector BLOB NOT NULL,                       -- little-endian half-precision numbers
    PRIMARY KEY (item_number, model)
) STRICT, WITHOUT ROWID;

CREATE TABLE tags (
    -- How much each item belongs to each theme, and why.
    item_id TEXT NOT NULL                       -- the item
        REFERENCES items (id) ON DELETE CASCADE,
    theme TEXT NOT NULL,                        -- the theme's id in sources.yaml
    score REAL NOT NULL,                        -- a probability, 0…1
    chosen INTEGER NOT NULL,                    -- 1 when the score is above the theme's threshold
    evidence TEXT NOT NULL,                     -- a JSON list of {kind, what, weight}
    fingerprint TEXT NOT NULL,                  -- digest of what computed it: theme, model, labels
    content_hash TEXT NOT NULL,                 -- items.content_hash of what was tagged
    PRIMARY KEY (item_id, theme)
) STRICT, WITHOUT ROWID;

CREATE TABLE progress (
    -- How far each kind of sorting has come, so that a run does only what is new.
    work TEXT PRIMARY KEY,                      -- tags THEME, embeddings MODEL, stories
    fingerprint TEXT NOT NULL,                  -- digest of what does the work
    through INTEGER NOT NULL                    -- items up to this items.revision are done
) STRICT;

CREATE TABLE stories (
    -- Items about the same thing. Which ones is in story_items.
    id TEXT PRIMARY KEY,                        -- ten hexadecimal digits, never changed
    title TEXT NOT NULL,                        -- the title of its primary source
    themes TEXT NOT NULL,                       -- theme ids, a JSON list, strongest first
    score REAL NOT NULL,                        -- its rank: higher is better
    why TEXT NOT NULL,                          -- the rank in one line
    first_seen TEXT NOT NULL,                   -- when the first of its items came
    newest TEXT NOT NULL                        -- the date of its newest item
) STRICT;
-- All that the inbox chooses by, so that looking for a rare theme reads no story but its own.
CREATE INDEX stories_by_score ON stories (score DESC, id, newest, themes);
CREATE INDEX stories_by_date ON stories (newest);

CREATE TABLE story_items (
    -- Which items a story is made of; an item is in one story at most.
    story_id TEXT NOT NULL                      -- the story
        REFERENCES stories (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    item_id TEXT NOT NULL UNIQUE                -- the item
        REFERENCES items (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,                  -- 0 is the primary source
    reason TEXT NOT NULL,                       -- why it belongs to the story
    PRIMARY KEY (story_id, item_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE story_aliases (
    -- Ids of stories that went up in others, so that old references still lead somewhere.
    alias TEXT PRIMARY KEY,                     -- the id that is no story any more
    story_id TEXT NOT NULL                      -- the story that took its items
        REFERENCES stories (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX story_aliases_by_story ON story_aliases (story_id);

CREATE TABLE decisions (
    -- What the editor did to stories; only ever appended.
    id INTEGER PRIMARY KEY AUTOINCREMENT,       -- in the order they were made
    at TEXT NOT NULL,                           -- when
    story_id TEXT NOT NULL,                     -- the story as it was called then
    verb TEXT NOT NULL                          -- keep, skip, note, retheme, merge, split or undo
        CHECK (verb IN ('keep', 'skip', 'note', 'retheme', 'merge', 'split', 'undo')),
    value TEXT NOT NULL                         -- the note, themes, story or items; of undo the decision
) STRICT;
CREATE INDEX decisions_by_story ON decisions (story_id, id);
CREATE INDEX decisions_undone ON decisions (value) WHERE verb = 'undo';
CREATE TRIGGER decisions_never_change BEFORE UPDATE ON decisions BEGIN
    SELECT raise(ABORT, 'decisions are only ever appended');
END;
CREATE TRIGGER decisions_never_go BEFORE DELETE ON decisions BEGIN
    SELECT raise(ABORT, 'decisions are only ever appended');
END;

CREATE TABLE issues (
    -- Every number of the newsletter, open, scheduled, published, skipped or imported.
    id TEXT PRIMARY KEY,                        -- 2026-w27, or n437 for an imported one without a date
    number INTEGER NOT NULL,                    -- the number on its title
    title TEXT NOT NULL,                        -- its title
    status TEXT NOT NULL                        -- draft, scheduled, published or skipped
        CHECK (status IN ('draft', 'scheduled', 'published', 'skipped')),
    date TEXT,                                  -- the publication day
    window_start TEXT,                          -- the first day it speaks of
    window_end TEXT,                            -- the day after the last
    theme TEXT NOT NULL DEFAULT '',             -- the one theme it is about, if it is
    style TEXT NOT NULL DEFAULT '',             -- the style it is drafted in
    path TEXT NOT NULL DEFAULT '',              -- its draft, from the project's folder
    publish_at TEXT,                            -- when it is to go out
    published_at TEXT,                          -- when it went out
    imported_from TEXT NOT NULL DEFAULT ''      -- the file it was imported from
) STRICT;
CREATE INDEX issues_by_number ON issues (number);
CREATE INDEX issues_by_status ON issues (status, date);

CREATE TABLE snapshots (
    -- Issues as they were published: all pages are built from the newest of each issue.
    issue_id TEXT NOT NULL                      -- the issue
        REFERENCES issues (id) DEFERRABLE INITIALLY DEFERRED,
    number INTEGER NOT NULL,                    -- 1 is the first; more come with corrections
    at TEXT NOT NULL,                           -- when
    correction TEXT NOT NULL,                   -- what readers are told was corrected
    issue TEXT NOT NULL,                        -- the issue as JSON
    markdown TEXT NOT NULL,                     -- the draft it was made from
    PRIMARY KEY (issue_id, number)
) STRICT;

CREATE TABLE entries (
    -- The pieces of published issues.
    issue_id TEXT NOT NULL                      -- the issue
        REFERENCES issues (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,                  -- 0 is the first
    key TEXT NOT NULL,                          -- its key in the draft
    story_id TEXT,                              -- the story it was made from, as it was called then
    kind TEXT NOT NULL,                         -- item or essay
    headline TEXT NOT NULL,                     -- with its colon
    tagline TEXT NOT NULL,                      -- without its stars and ellipses
    body TEXT NOT NULL,                         -- Markdown
    why_thesis TEXT NOT NULL,                   -- Why this matters: the thesis
    why_text TEXT NOT NULL,                     -- and its argument
    themes TEXT NOT NULL,                       -- theme ids, a JSON list
    PRIMARY KEY (issue_id, position)
) STRICT;
CREATE INDEX entries_by_story ON entries (story_id);

CREATE TABLE entry_links (
    -- Where published entries lead: the Read more lines first, then the links of the body.
    issue_id TEXT NOT NULL,                     -- the issue
    entry INTEGER NOT NULL,                     -- entries.position
    position INTEGER NOT NULL,                  -- 0 is the first
    label TEXT NOT NULL,                        -- Read more, or another label; empty in the body
    title TEXT NOT NULL,                        -- the words that are linked
    url TEXT NOT NULL,                          -- where it leads
    PRIMARY KEY (issue_id, entry, position),
    FOREIGN KEY (issue_id, entry) REFERENCES entries (issue_id, position)
        ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_links_by_url ON entry_links (url);

CREATE TABLE quotes (
    -- The verbatim words in published entries, and where they stand.
    issue_id TEXT NOT NULL,                     -- the issue
    entry INTEGER NOT NULL,                     -- entries.position
    position INTEGER NOT NULL,                  -- 0 is the first
    text TEXT NOT NULL,                         -- the words
    item_id TEXT,                               -- the item they are from
    version INTEGER NOT NULL,                   -- the version of its text
    span_start INTEGER,                         -- where they begin in that text, in characters
    span_end INTEGER,                           -- and end
    PRIMARY KEY (issue_id, entry, position),
    FOREIGN KEY (issue_id, entry) REFERENCES entries (issue_id, position)
        ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX quotes_by_item ON quotes (item_id);

CREATE TABLE machine_texts (
    -- Everything the machine ever wrote for an entry: by this a touched entry is told.
    issue_id TEXT NOT NULL,                     -- the issue
    key TEXT NOT NULL,                          -- the entry's key; front, coda and others for the rest
    number INTEGER NOT NULL,                    -- 1 is the first
    at TEXT NOT NULL,                           -- when it was first written
    text TEXT NOT NULL,                         -- the text
    PRIMARY KEY (issue_id, key, number)
) STRICT;

CREATE TABLE draft_entries (
    -- What became of the entries that the machine wrote into drafts.
    issue_id TEXT NOT NULL,                     -- the issue
    key TEXT NOT NULL,                          -- the entry's key
    state TEXT NOT NULL                         -- present; deleted by the editor; withdrawn by the machine
        CHECK (state IN ('present', 'deleted', 'withdrawn')),
    at TEXT NOT NULL,                           -- since when
    PRIMARY KEY (issue_id, key)
) STRICT;

CREATE TABLE draft_texts (
    -- Whole drafts as they were read or written, each different from the one before.
    issue_id TEXT NOT NULL,                     -- the issue
    number INTEGER NOT NULL,                    -- 1 is the first
    at TEXT NOT NULL,                           -- when
    text TEXT NOT NULL,                         -- the file's text
    PRIMARY KEY (issue_id, number)
) STRICT;

CREATE TABLE runs (
    -- Every command that wrote: when it ran and how it ended.
    id INTEGER PRIMARY KEY AUTOINCREMENT,       -- in the order they began
    verb TEXT NOT NULL,                         -- the command
    started TEXT NOT NULL,                      -- when it began
    finished TEXT,                              -- when it ended; empty where it was killed
    exit_code INTEGER,                          -- how it ended
    report TEXT NOT NULL DEFAULT '{}'           -- its report, JSON
) STRICT;
