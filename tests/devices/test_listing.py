"""The list of devices: each question in a child of its own, so that one hung driver costs one line."""

import json
import sys
from pathlib import Path

from kiosk.devices.listing import CameraEntry, DeviceList, SoundEntry, describe, list_devices
from kiosk.domain.devices import VoiceInfo

CHILD = "import sys; from kiosk.devices.listing import main_child; sys.exit(main_child(sys.argv[1:]))"
STUB = """
import json, os, sys
verb = sys.argv[1]
entry = {"id": "usb:1:2:A", "name": "Cam", "spec": "usb:1:2:A", "path": "/dev/video0",
         "formats": [{"encoding": "MJPG", "width": 1280, "height": 720, "fps": 30.0}]}
second = dict(entry, id="usb:1:2:B", spec="usb:1:2:B", path="/dev/video2", formats=[])
print("a driver prints this")
if verb == "cameras":
    print(json.dumps({"cameras": [entry, second]}))
elif verb == "measure" and sys.argv[2] == "/dev/video0":
    print(json.dumps({"encoding": "jpeg", "width": 1280, "height": 720, "fps": 14.9}))
elif verb == "measure":
    print(json.dumps({"error": "The camera /dev/video2 is in use by another program."}))
elif verb == "sound":
    os.abort()
else:
    print(json.dumps({"voices": [{"id": "en", "name": "English", "languages": ["en-us"]}]}))
"""


def test_this_machine_is_listed_with_real_children() -> None:
    found = list_devices([sys.executable, "-c", CHILD])
    assert any("en-us" in voice.languages for voice in found.voices)
    assert json.loads(json.dumps(found.to_json()))["voices"]
    assert "Voices" in describe(found)


def test_what_hangs_dies_or_is_busy_costs_its_own_line_only(tmp_path: Path) -> None:
    script = tmp_path / "stub.py"
    script.write_text(STUB)
    found = list_devices([sys.executable, str(script)])
    first, second = found.cameras
    assert (first.encoding, first.fps, first.trouble) == ("jpeg", 14.9, "")
    assert first.formats[0].encoding == "MJPG"
    assert "in use by another program" in second.trouble
    assert [voice.id for voice in found.voices] == ["en"]
    assert len(found.troubles) == 1
    assert "sound" in found.troubles[0]


def test_a_child_that_hangs_is_ended() -> None:
    found = list_devices([sys.executable, "-c", "import time; time.sleep(600)"], deadline_s=0.2)
    assert len(found.troubles) == 3
    assert "No answer" in found.troubles[0]


def test_the_list_reads_well() -> None:
    found = DeviceList(
        cameras=(
            CameraEntry("usb:1:2:A", "Cam", "usb:1:2:A", "/dev/video0", (), "jpeg", 1280, 720, 14.93),
            CameraEntry("usb:1:2:B", "Other", "usb:1:2:B", "/dev/video2", trouble="It is in use."),
        ),
        microphones=(SoundEntry("ALSA:pulse", "pulse", "pulse", 48_000, default=True),),
        voices=(VoiceInfo("gmw/en-us", "English", ("en-us",)),),
        troubles=("The child died.",),
    )
    assert describe(found).splitlines() == [
        "Cameras",
        "  Cam  (usb:1:2:A)",
        "      measured 1280x720 jpeg at 14.9 a second",
        "  Other  (usb:1:2:B)",
        "      It is in use.",
        "Microphones",
        "  pulse  48000 Hz  (default)",
        "Loudspeakers",
        "  none",
        "Voices",
        "  1, in these languages: en",
        "Not known: The child died.",
    ]
