-- New items are indexed for search many at a time by whoever stores them, not one by one: FTS5 writes
-- a segment of its index for every statement, so a trigger made as many segments as items.

DROP TRIGGER items_fts_insert;
