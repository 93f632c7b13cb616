"""Random faults, a bounded run: nothing lost, nothing doubled, a receipt for each.

By hand, longer: python -m tests.outbox.soak [--faults 1000] [--seed 1]
"""

import argparse
import logging
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from kiosk.ledger.upload_rows import UploadState
from tests.outbox.faulty import Faulty
from tests.outbox.material import Recording, an_id
from tests.outbox.running import QUICK, rows, running, wait_for

COSTS_A_CHUNK = ("drop-before", "drop-after", "cut", "500", "503", "429", "507", "html", "redirect", "json")
"""Each may make one chunk travel once more."""
KINDS = (*COSTS_A_CHUNK, "lose", "wrong-key")
HARMLESS = 0.45
"""Share of the requests that go well."""


class RandomFaults:
    """At random, `count` in all."""

    def __init__(self, seed: int, count: int) -> None:
        self.random = random.Random(seed)
        self.left = count
        self.lock = threading.Lock()

    def __call__(self, method: str, path: str) -> str:
        with self.lock:
            if self.left == 0 or self.random.random() < HARMLESS:
                return ""
            kind = self.random.choice(KINDS)
            if kind == "json" and "/segments/" not in path and not path.endswith("/complete"):
                kind = "html"  # a list that is a lie makes chunks travel again, and rightly so
            self.left -= 1
            return kind


@dataclass(frozen=True)
class Result:
    recordings: int
    chunks: int
    sent: int
    """Chunks that began to travel, also again."""
    faults: Counter[str]
    lost: int
    """Chunks that the server lost after it had them."""
    problems: tuple[str, ...]


def soak(output: Path, seed: int, faults: int, *, limit_s: float = 100) -> Result:
    """One run; `problems` says what was wrong with it."""
    gate = RandomFaults(seed, faults)
    made: list[Recording] = []
    dice = random.Random(seed + 1)
    with Faulty(gate) as server, running(output, server, QUICK):
        while gate.left or not made:
            # A recording at a time: some are there at once, some grow while they are sent.
            recording = Recording(output, an_id(len(made)))
            made.append(recording)
            for _ in range(dice.randint(1, 6)):
                recording.chunk(dice.randint(1, 4000))
            recording.end()
            if dice.random() < 0.2:
                recording.begin()
                recording.chunk(dice.randint(1, 4000))
                recording.end()
            if len(made) % 8 == 0:
                _settled(output, len(made), limit_s)
        _settled(output, len(made), limit_s)
        problems = [f"{one.session} differs" for one in made if server.recordings[one.session].files != one.files]
        problems += [f"{r.session} has no receipt" for r in rows(output) if r.receipt is None]
        chunks = sum(len(one.manifest.chunks) for one in made)
        extra = server.puts.total() - chunks
        allowed = sum(server.faulted[kind] for kind in COSTS_A_CHUNK) + server.lost.total()
        if extra > allowed:
            problems.append(f"{extra} chunks travelled again after {allowed} faults")
        unknown = set(server.recordings) - {one.session for one in made}
        problems += [f"{session} is nobody's" for session in unknown]
        return Result(len(made), chunks, server.puts.total(), server.faulted, server.lost.total(), tuple(problems))


def _settled(output: Path, count: int, limit_s: float) -> None:
    wait_for(
        output,
        lambda found: len(found) == count and all(row.state is UploadState.STORED for row in found),
        limit_s,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--faults", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)  # each fault says a line
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        result = soak(Path(folder) / "out", options.seed, options.faults, limit_s=600)
    print(f"seed {options.seed}: {result.faults.total()} faults in {time.monotonic() - began:.0f} s")
    for kind, count in sorted(result.faults.items()):
        print(f"  {kind:<12} {count}")
    print(f"{result.recordings} recordings, {result.chunks} chunks, {result.sent} sendings, {result.lost} lost there")
    for problem in result.problems:
        print(f"WRONG: {problem}")
    print("wrong" if result.problems else "nothing lost, nothing doubled, a receipt for each")
    return 1 if result.problems else 0


if __name__ == "__main__":
    sys.exit(main())
