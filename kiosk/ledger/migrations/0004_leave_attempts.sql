-- Who tried to get out of kiosk mode, how, and how often in a few seconds: a key that sticks makes few rows.

CREATE TABLE leave_attempts (
    number  INTEGER PRIMARY KEY,
    at      TEXT NOT NULL,
    how     TEXT NOT NULL,
    times   INTEGER NOT NULL CHECK (times > 0)
) STRICT;
