-- How a carrier wants to be told who calls: From alone, or P-Asserted-Identity, P-Preferred-Identity (RFC 3325), Remote-Party-ID.
ALTER TABLE trunks ADD COLUMN identity TEXT NOT NULL DEFAULT 'from'
  CHECK (identity IN ('from', 'asserted', 'preferred', 'remote-party'));
-- Carriers that know their customer by the account in From take the number from the header above.
ALTER TABLE trunks ADD COLUMN from_user TEXT NOT NULL DEFAULT 'number' CHECK (from_user IN ('number', 'account'));
-- Whether numbers that came from another trunk may be shown here.
ALTER TABLE trunks ADD COLUMN foreign_numbers INTEGER NOT NULL DEFAULT 1;
