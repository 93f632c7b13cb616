-- Sessions, and what happened to each. Paths are relative to the folder that this database lies in.

CREATE TABLE sessions (
    session             TEXT PRIMARY KEY CHECK (length(session) = 36),
    interview           TEXT NOT NULL,
    title               TEXT NOT NULL,
    interview_sha256    TEXT NOT NULL,
    candidate           TEXT NOT NULL,
    state               TEXT NOT NULL,
    consent_reference   TEXT,
    consent_text_sha256 TEXT,
    consent_language    TEXT,
    consent_given_at    TEXT,
    created_at          TEXT NOT NULL,
    started_at          TEXT NOT NULL DEFAULT '',
    ended_at            TEXT NOT NULL DEFAULT '',
    reason              TEXT NOT NULL DEFAULT '',
    recording           TEXT NOT NULL DEFAULT '',
    manifest            TEXT NOT NULL DEFAULT '',
    duration_ns         INTEGER NOT NULL DEFAULT 0 CHECK (duration_ns >= 0),
    trouble             TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX sessions_by_time ON sessions (created_at);

CREATE TABLE events (
    number  INTEGER PRIMARY KEY,
    session TEXT REFERENCES sessions (session),
    at      TEXT NOT NULL,
    what    TEXT NOT NULL,
    detail  TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX events_by_session ON events (session, number);
