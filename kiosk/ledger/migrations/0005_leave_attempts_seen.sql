-- Whether the proctor has seen an attempt to leave kiosk mode, so that the count outlives the program. What was written
-- before this was known counts as seen.

ALTER TABLE leave_attempts ADD COLUMN seen INTEGER NOT NULL DEFAULT 1 CHECK (seen IN (0, 1));
