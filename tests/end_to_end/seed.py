"""The seed's six points, walked with a real server, a real kiosk and a short interview: `python -m … FOLDER`.

A process of its own, because Django can be set up on one data folder only. Prints the points as JSON.
"""

import json
import sys
import time
from pathlib import Path

from kiosk.domain.wire import plain
from kiosk.server import checklist
from kiosk.server.demonstration import Beside, Kiosk
from tests.end_to_end import program

PASSWORD = "correct horse battery staple"
SENT_LIMIT_S = 120.0


def main(folder: Path) -> None:
    server = Beside(folder / "server", 0, PASSWORD)
    try:
        kiosk = Kiosk(folder / "output", folder / "state")
        server.set_password(PASSWORD)
        interview = program.interview_file(folder, 11, 3)
        server.offer(interview, "c-1", "short")
        kiosk.enrol(server.url, server.enrol_code())
        watch = server.watch()
        code, result, errors = kiosk.record(interview)
        assert code == 0, errors
        session = str(result["session"])
        deadline = time.monotonic() + SENT_LIMIT_S
        while kiosk.sessions()[session]["receipt"] is None:  # what `kiosk record` started by itself is still sending
            assert time.monotonic() < deadline, server.log.read_text(errors="replace")
            time.sleep(0.2)
        watch.stop()
        visit = checklist.Visit(server.url, "admin", PASSWORD, "c-1", session)
        points = checklist.walk(kiosk.output / session, watch.arrivals, visit)
        print(json.dumps({"points": [plain(point) for point in points], "log": server.log.read_text()}))
    finally:
        server.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
