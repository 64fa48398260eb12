-- JSON list of beginnings of E.164 numbers. A trunk that has some takes only those numbers, and they go out through it alone.
ALTER TABLE trunks ADD COLUMN prefixes TEXT NOT NULL DEFAULT '[]';
