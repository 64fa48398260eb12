-- Legs to the outside that a transfer or a consultation placed: whose call they count as, and to which number (E.164).
ALTER TABLE call_legs ADD COLUMN account_id TEXT;
ALTER TABLE call_legs ADD COLUMN account_number TEXT;
CREATE INDEX call_legs_account ON call_legs (started_at) WHERE account_id IS NOT NULL;
