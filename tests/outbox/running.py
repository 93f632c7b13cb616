"""An outbox in this process, quick to try again."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from kiosk.contract import names
from kiosk.domain.clock import Clock, SystemClock
from kiosk.ledger.upload_rows import UploadRow
from kiosk.ledger.uploads import Uploads
from kiosk.outbox.link import Route
from kiosk.outbox.service import Outbox, Settings
from tests.outbox.faulty import Faulty
from tests.outbox.material import Recording

QUICK = Settings(
    "Kiosk of a test", heartbeat_s=0.1, backoff_base_s=0.002, backoff_cap_s=0.02, look_s=0.01, idle_look_s=0.01,
    pause_s=0.2,
)  # fmt: skip
QUIET = replace(QUICK, heartbeat_s=600.0)


def an_outbox(
    output: Path, server: Faulty, settings: Settings = QUIET, *, clock: Clock | None = None, route: Route | None = None
) -> Outbox:
    return Outbox(
        output,
        server.enrolment(),
        route or Route(server.url, connect_s=5, read_s=5),
        settings,
        clock or SystemClock(),
        randomness=random.Random(1),
    )


@contextmanager
def running(
    output: Path, server: Faulty, settings: Settings = QUIET, *, clock: Clock | None = None, route: Route | None = None
) -> Iterator[Outbox]:
    """It runs in a thread of its own until the block ends, and must end without an error."""
    outbox = an_outbox(output, server, settings, clock=clock, route=route)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            outbox.run()
        except BaseException as error:  # noqa: BLE001  # shown by the test
            failed.append(error)

    thread = threading.Thread(target=work, name="outbox-of-a-test", daemon=True)
    thread.start()
    try:
        yield outbox
    finally:
        outbox.stop()
        thread.join(20)
    assert not thread.is_alive()
    assert not failed, failed


def send_all(output: Path, server: Faulty, settings: Settings = QUIET, *, limit_s: float = 60) -> None:
    """Until nothing waits."""
    outbox = an_outbox(output, server, settings)
    timer = threading.Timer(limit_s, outbox.stop)
    timer.start()
    try:
        outbox.run(lambda: not outbox.uploads.open_rows())
    finally:
        timer.cancel()
    assert not [row for row in rows(output) if row.open_work], rows(output)


def rows(output: Path) -> list[UploadRow]:
    uploads = Uploads.open(output / names.LEDGER)
    try:
        return uploads.rows()
    finally:
        uploads.close()


def wait_for(output: Path, what: Callable[[list[UploadRow]], bool], limit_s: float = 30) -> list[UploadRow]:
    """Until the ledger says so."""
    clock = SystemClock()
    end = clock.now_ns() + round(limit_s * 1e9)
    pause = threading.Event()
    while clock.now_ns() < end:
        found = rows(output)
        if what(found):
            return found
        pause.wait(0.02)
    raise AssertionError(f"it did not happen in time: {rows(output)}")


def arrived(server: Faulty, recording: Recording) -> bool:
    """Whether the server has every byte of it."""
    held = server.recordings.get(recording.session)
    return held is not None and held.files == recording.files
