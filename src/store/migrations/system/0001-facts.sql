-- What happened, for the folders to the right: written with the state it tells of, read with a durable cursor.
CREATE TABLE facts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX facts_at ON facts (at);

CREATE TABLE cursors (
  name TEXT PRIMARY KEY,
  fact_id INTEGER NOT NULL
) STRICT;

-- Facts whose handler failed for good: kept whole, so that they can be looked at and handed in again.
CREATE TABLE parked_facts (
  cursor TEXT NOT NULL,
  fact_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  error TEXT NOT NULL,
  parked_at INTEGER NOT NULL,
  PRIMARY KEY (cursor, fact_id)
) STRICT;
