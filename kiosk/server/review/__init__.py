"""What people see of the server: sign in, lists, a candidate's page with the player, kiosks, the audit log.

    access.py          who may do what
    sign_in.py         accounts: sign in, out, password; each of it on record
    candidates.py      list and search, a candidate's page
    planning.py        who is to be asked what, where
    interviews.py      interviews as they are defined
    unassigned.py      recordings that belong to nobody yet
    story.py           what a recording holds, in words and times; pure
    playback.py        signed links, and the bytes behind them
    ranges.py          HTTP ranges; pure
    personal_data.py   download everything, delete everything
    accounts.py        accounts, for administrators
    fleet.py           kiosks, enrolment codes, the server's own space
    records.py         the audit log, to be read
    words.py           spans of time and sizes for people; pure

Never changes a recording. Never sends a recording's bytes to who is not signed in. No page needs a script except for
the player's extras, and no page loads anything from elsewhere.
"""
