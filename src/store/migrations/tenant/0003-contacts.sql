CREATE TABLE contacts (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  company TEXT NOT NULL,
  note TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX contacts_name ON contacts (name COLLATE NOCASE);

-- Ways to reach a contact; the phone with the lowest position is the top number (T11).
CREATE TABLE contact_points (
  contact_id TEXT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('phone', 'email')),
  -- E.164, or an address in lower case.
  value TEXT NOT NULL,
  label TEXT NOT NULL,
  PRIMARY KEY (contact_id, position),
  UNIQUE (contact_id, kind, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_points_value ON contact_points (kind, value);
