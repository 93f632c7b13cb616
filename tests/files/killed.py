"""A child that records as the recorder does, until it is killed. Prints after each picture: handed over, durable (ns).

The disk is given the time to finish each fragment, as it has in real time; pictures come as fast as they encode.
"""

import sys
import threading
from pathlib import Path

from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE
from kiosk.encode.encoder import Encoder
from kiosk.files.segment import FragmentDurable, SegmentWriter
from tests.encode.material import SMALL, moving, tone

SOUND_LATE_NS = 150_000_000


class WaitingSink:
    """Waits until the fragment that it passed on is durable."""

    def __init__(self, path: Path) -> None:
        self.durable = threading.Semaphore(0)
        self.end_ns = 0
        self.writer = SegmentWriter(path, on_fragment=self._told, on_chunk=lambda _: None, on_failed=lambda _: None)
        self.writer.start()

    def _told(self, fragment: FragmentDurable) -> None:
        self.end_ns = fragment.end_ns
        self.durable.release()

    def write(self, data: bytes) -> int:
        self.writer.write(data)
        if data[4:8] == b"moof":  # the encoder hands a fragment over in one piece
            assert self.durable.acquire(timeout=30)
        return len(data)


def main() -> None:
    sink = WaitingSink(Path(sys.argv[1]))
    encoder = Encoder(sink, SMALL)
    second = tone(1)
    sent = 0
    for number in range(30 * 3600):
        at_ns = number * NS // 30
        encoder.picture(moving(number), at_ns)
        until = max(sent, (at_ns - SOUND_LATE_NS) * RATE // NS)
        encoder.sound(second[: until - sent], sent)
        sent = until
        print(at_ns, sink.end_ns, flush=True)


if __name__ == "__main__":
    main()
