import json
import subprocess
import sys
from pathlib import Path


def test_a_recording_passes_the_seeds_six_points(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.end_to_end.seed", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert len(found["points"]) == 6
    stops = found["points"].pop(2)
    assert "ended as completed; the last chunk arrived" in stops["seen"]  # how soon is for the demonstration to say
    assert [point for point in found["points"] if not point["holds"]] == []
    for words in ("chunk 0 uploaded", "merging session", "merged 2 chunks into interview_recordings/interview_"):
        assert words in found["log"]
