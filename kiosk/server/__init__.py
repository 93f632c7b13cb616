"""The server: receive, verify, finalise, review. Imports `interviews`, `contract`, `media` and below.

__main__.py  cli.py   kiosk-server and its verbs
settings.py           Django's settings, from the environment and DATA
catalogue/            models, migrations, audit: what is known of whom
receive/              the kiosk's API: enrol, open, chunks, complete, receipt, heartbeat
finalise/             verify, merge, rendition, poster, receipt; the worker
review/               sign in, lists, candidate page, player, kiosks, a person's data
"""
