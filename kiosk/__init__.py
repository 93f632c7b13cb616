"""The Interview Kiosk Recorder: asks, films, hears, and never loses an interview.

Floor plan. Imports go downward only; rooms on one floor never import each other.

    cli/  __main__.py     commands, exit codes
    demo.py               the simulated candidate and the demonstration
    app/                  the wiring: build, start in order, stop in reverse; what the director needs of others
    recovery.py           an output folder after a crash: its files, its ledger, what a dead run left
    doctor/               examines an installation: devices, disk, encoder, clock, server, settings
    recorder/             the recorder process: wires capture → mix → encode → files; its client
    ───────────────────── the line: each room hands values to the next
    interviews/           load and validate interview files
    speech/               text → PCM at 48 kHz, cached
    capture/              camera thread, microphone and loudspeaker callbacks: stamped frames and samples
    mix/                  one clock; drift, gaps, echo, levels; pure functions
    encode/               frames and samples → MP4 fragments (PyAV)
    files/                append, make durable, seal, hash
    outbox/               claim, send, resume, back off, receipt
    session/              states.py (a table) and director.py (one inbox)
    devices/              drivers: opencv, sounddevice, pyttsx3, simulated
    ui/                   screens and widgets, bridge.py (events → signals)
    config/               the keys, their layers and where each value came from
    logs/                 lines for people and machines, to files and the system
    ─────────────────────
    ledger/               SQLite: numbered .sql, queries
    media/                what is known of MP4 files: box scan, probe; pure functions on files
    contract/             the wire to the server: names, manifest, requests, receipt
    domain/               values, events, errors, ports (protocols); standard library only
    system/               what differs between operating systems: durability, folders, processes, sockets

    server/               receive · finalise · review; imports interviews, contract, media and below; nothing imports it

Beside it: assets/ (style sheet, icons, fonts, sounds, sample interviews), packaging/ (one folder per
target), recordings/ (default output of a development run), tests/ (mirrors kiosk/).
"""

__version__ = "0.1.0"
