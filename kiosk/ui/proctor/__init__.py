"""The proctor's panel: a lock, one sentence that says whether all is well, facts, problems, and what can be done.

    panel.py       opens and closes, asks for the PIN, keeps the keyboard inside
    text_size.py   how large its text is: the proctor's own choice
    keypad.py      the PIN, by touch and by keyboard, and how long the lock-out lasts
    overview.py    the sentence, the facts and the problems
    judgement.py   those in words: pure functions of a View
    actions.py     what can be done, in the same order everywhere
    columns.py     facts and actions side by side, as many as the text leaves room for
    pages.py       one page at a time
    forms.py       the pages that an action leads to: start, note, abort, devices, accommodations

It renders a View and posts requests; it knows no device, no file and no PIN. It speaks the kiosk's own language,
whatever the interview's is.
"""
