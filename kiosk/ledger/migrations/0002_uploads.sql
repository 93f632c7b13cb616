-- What the outbox still has to send of each recording, and what the server's receipt said. Chunks are numbers and
-- offsets only; their bytes stay in the recording's files. Rows do not refer to sessions: recordings are found on the
-- disk, also when this database was made anew, and an erased one keeps its row here when all else of it is gone.

CREATE TABLE uploads (
    session    TEXT PRIMARY KEY CHECK (length(session) = 36),
    state      TEXT NOT NULL DEFAULT 'waiting'
               CHECK (state IN ('waiting', 'sending', 'complete', 'stored', 'parked', 'erased')),
    started_at TEXT NOT NULL DEFAULT '',
    opened     INTEGER NOT NULL DEFAULT 0,
    sealed     TEXT NOT NULL DEFAULT '', -- SHA-256 of the manifest on the disk; empty while it is not final
    told       TEXT NOT NULL DEFAULT '', -- the same of the manifest that `complete` carried last
    attempts   INTEGER NOT NULL DEFAULT 0,
    next_try   TEXT NOT NULL DEFAULT '',
    delay_s    REAL NOT NULL DEFAULT 0, -- of the last delay: a clock that jumped never postpones by more
    error      TEXT NOT NULL DEFAULT '',
    receipt    TEXT NOT NULL DEFAULT '', -- JSON
    stored_at  TEXT NOT NULL DEFAULT '',
    leaving    TEXT NOT NULL DEFAULT '' CHECK (leaving IN ('', 'erase', 'remove')), -- the copy here is to go
    removed_at TEXT NOT NULL DEFAULT '', -- it has gone
    confirmed  INTEGER NOT NULL DEFAULT 0 -- the server was told that it is erased
) STRICT;

CREATE INDEX uploads_by_state ON uploads (state);

CREATE TABLE chunks (
    session TEXT NOT NULL REFERENCES uploads (session),
    segment INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    file    TEXT NOT NULL,
    offset  INTEGER NOT NULL,
    size    INTEGER NOT NULL,
    sha256  TEXT NOT NULL,
    state   TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'parked')),
    error   TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (session, segment, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
