-- Who tried to open the proctor's panel, and when: the wall clock is for people, what counts is the machine's own time
-- since its start. 'carried' means that nobody tried, but a lock-out went on after the machine was started again.

CREATE TABLE pin_attempts (
    number  INTEGER PRIMARY KEY,
    at      TEXT NOT NULL,
    boot    TEXT NOT NULL,
    boot_ns INTEGER NOT NULL CHECK (boot_ns >= 0),
    outcome TEXT NOT NULL CHECK (outcome IN ('right', 'wrong', 'carried'))
) STRICT;
