-- TLS as a third transport. The column is made anew, because SQLite cannot change a CHECK in place.
ALTER TABLE trunks ADD COLUMN carried_by TEXT NOT NULL DEFAULT 'udp' CHECK (carried_by IN ('udp', 'tcp', 'tls'));
UPDATE trunks SET carried_by = transport;
ALTER TABLE trunks DROP COLUMN transport;
ALTER TABLE trunks RENAME COLUMN carried_by TO transport;
-- Whether the carrier's certificate has to bear the host's name and come from an authority we trust.
ALTER TABLE trunks ADD COLUMN tls_verify INTEGER NOT NULL DEFAULT 1;
