CREATE TABLE phones (
  id TEXT PRIMARY KEY,
  -- Whose phone it is; a phone of nobody rings for nobody.
  user_id TEXT,
  label TEXT NOT NULL,
  username TEXT NOT NULL UNIQUE,
  secret_sealed TEXT NOT NULL,
  -- RFC 7616 §3.4.2: H(username:realm:secret), by algorithm.
  ha1_md5 TEXT NOT NULL,
  ha1_sha256 TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX phones_user ON phones (user_id);

-- Where a phone said it can be reached; kept, so that a restart loses no phone.
CREATE TABLE phone_contacts (
  phone_id TEXT NOT NULL REFERENCES phones (id) ON DELETE CASCADE,
  -- The URI as the phone wrote it: what it uses to refresh or remove the binding.
  contact TEXT NOT NULL,
  -- The URI we call: the same with the address and port the REGISTER came from.
  route TEXT NOT NULL,
  transport TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  call_id TEXT NOT NULL,
  cseq INTEGER NOT NULL,
  registered_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (phone_id, contact)
) STRICT;
