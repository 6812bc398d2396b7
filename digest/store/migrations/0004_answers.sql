CREATE TABLE answers (
    -- What language models answered, so that the same question is asked once.
    key TEXT PRIMARY KEY,                       -- digest of all that made it: model, server, options, prompt
    at TEXT NOT NULL,                           -- when it was given
    model TEXT NOT NULL,                        -- what answered
    text TEXT NOT NULL,                         -- the answer
    tokens INTEGER NOT NULL                     -- what it cost, question and answer
) STRICT, WITHOUT ROWID;
