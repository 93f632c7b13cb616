"""A speech engine's child that misbehaves as it is told: `stub_engine.py MODE voices|render ...`."""

import json
import os
import struct
import sys
import time
import wave
from pathlib import Path

mode, verb, *rest = sys.argv[1:]
if verb == "voices":
    print("noise that an engine prints")
    if mode == "voiceless":
        print(json.dumps({"voices": [], "variants": [], "version": "stub 1"}))
    elif mode == "mumbling":
        print("no JSON")
    else:
        voices = [{"id": "en", "name": "English", "languages": ["en-us"]}]
        print(json.dumps({"voices": voices, "variants": ["f3"], "version": "stub 1"}))
    sys.exit(0)

text = sys.stdin.buffer.read().decode()
path = rest[2]
if mode == "hangs":
    time.sleep(600)
if mode == "dies":
    os.abort()
if mode == "complains":
    print(json.dumps({"code": "bad-request", "what": "No such voice.", "remedy": "Choose another."}))
    sys.exit(2)
seconds = {"short": 0.05, "empty": 0.0}.get(mode, 0.1 * len(text))
count = int(22_050 * seconds)
if mode != "nothing":
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22_050)
        level = 0 if mode == "silent" else 8000
        file.writeframes(struct.pack("<2h", level, -level) * (count // 2))
if mode == "truncated":
    with Path(path).open("r+b") as file:
        file.truncate(44 + count)
print(json.dumps({"wav": path}))
