"""`./dev torture`: real recorders, killed and cut off at random instants, and what is left of their recordings.

Each try starts a recorder with simulated devices, lets it record for up to five seconds, ends it without warning,
recovers what it left and looks at every packet. A cut shuts a file system down without flushing its log; then the
recovery is cut too, and must come to the same end. Loss is the instant of the fault minus the last presentation
time of the track that ends first. A recording of which the journal could not tell the beginning any more, because its
first fragment had become durable that very moment, counts as opened, and no loss can be told of it.
"""

import argparse
import contextlib
import hashlib
import logging
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from kiosk.contract import names
from kiosk.domain.clock import SystemClock
from kiosk.domain.errors import KioskError
from kiosk.files.recovery import Outcome, recover_session
from kiosk.files.verification import Depth
from kiosk.ledger.ledger import Ledger
from kiosk.recovery import recover_output
from tests.torture.disks import KINDS, CannotCutError, LoopDisk
from tests.torture.victim import HEAD, Line, Victim, judge, let_pass

LONGEST_S = 5.0


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="./dev torture", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200, help="recorders to kill (default 200)")
    parser.add_argument("--cuts", type=int, default=20, help="power cuts on each file system (default 20)")
    parser.add_argument("--seed", type=int, default=4, help="of the instants (default 4)")
    options = parser.parse_args()
    logging.getLogger("kiosk").setLevel(logging.ERROR)
    chance = random.Random(options.seed)  # not for secrets: the same instants at every run
    lines: list[Line] = []
    loads: list[float] = []
    with _own_world() as folder:
        lines.append(kills(folder / "killed", options.kills, chance))
        loads.append(os.getloadavg()[0])
        for kind in KINDS if options.cuts else ():
            disk = LoopDisk(kind, folder)
            try:
                disk.start()
            except CannotCutError as error:
                print(f"power cuts on {kind}: skipped, {error}", file=sys.stderr)
                continue
            try:
                lines += cuts(disk, kind, options.cuts, chance, folder)
            finally:
                disk.stop()
            loads.append(os.getloadavg()[0])
    print(f"load of the machine: at most {max(loads):.1f} on {os.cpu_count()} processors; above that, pictures wait")
    print(HEAD)
    for line in lines:
        print(line.text())
    for line in lines:
        for failure in line.failures:
            print(f"{line.fault}, {failure}", file=sys.stderr)
    return 1 if any(line.failures for line in lines) else 0


@contextlib.contextmanager
def _own_world() -> Iterator[Path]:
    """A short folder, since a socket's path may have some 100 characters only; not the account's own state."""
    with tempfile.TemporaryDirectory(prefix="torture-") as name:
        folder = Path(name)
        (folder / "run").mkdir(mode=0o700)
        os.environ["KIOSK_STATE"] = str(folder / "state")
        os.environ["XDG_RUNTIME_DIR"] = str(folder / "run")
        yield folder


def kills(output: Path, tries: int, chance: random.Random) -> Line:
    line = Line("`kill -9` of the recorder")
    for number in range(tries):
        _say(f"kill {number + 1} of {tries}")
        line.tries += 1
        victim = Victim(output)
        try:
            victim.start()
            let_pass(chance.uniform(0, LONGEST_S))
            died_ns = victim.kill()
        finally:
            victim.bury()
        report = recover_session(victim.folder, SystemClock()) if victim.folder.is_dir() else None
        if report is None:
            line.nothing += 1
            continue
        judge(line, victim, died_ns, report)
        if report.outcome is not Outcome.NOTHING and _changed_by_another_run(victim.folder):
            line.wrong("a second recovery changed something")
        shutil.rmtree(victim.folder)
    return line


def cuts(disk: LoopDisk, kind: str, tries: int, chance: random.Random, folder: Path) -> list[Line]:
    line = Line(f"power cut, {kind}")
    again = Line(f"a second one during recovery, {kind}")
    rows = Line(f"rows of the ledger at a power cut, {kind}")
    output = disk.folder / "out"
    for number in range(tries):
        _say(f"{kind}, cut {number + 1} of {tries}")
        line.tries += 1
        book = _Bookkeeper(output)
        victim = Victim(output)
        try:
            victim.start()
            let_pass(chance.uniform(0, LONGEST_S))
            written = book.written
            died_ns = SystemClock().now_ns()
            disk.cut()
        finally:
            victim.bury()
            book.stop()
        disk.power_on()
        rows.tries += 1
        found = _rows(output)
        rows.opened += found >= written
        if found < written:
            rows.wrong(f"{written - found} of {written} committed rows are lost")
        pristine = folder / "pristine"
        shutil.copytree(output, pristine)
        again.tries += 1
        _recover_and_cut(disk, output, chance.uniform(0.3, 1.2))
        recover_output(output, SystemClock(), Depth.EVERYTHING)
        recover_output(pristine, SystemClock())
        same = _recording(output / victim.session) == _recording(pristine / victim.session)
        again.opened += same
        if not same:
            again.wrong("it came to another end than without the cut")
        if victim.folder.is_dir():
            judge(line, victim, died_ns, recover_session(victim.folder, SystemClock()))
        else:
            line.nothing += 1
        shutil.rmtree(pristine)
        shutil.rmtree(output)
    return [line, again, rows]


class _Bookkeeper:
    """Commits rows until the disk is gone."""

    def __init__(self, output: Path) -> None:
        self._ledger = Ledger.open(output / names.LEDGER)
        self.written = 0
        """Rows that it was told to be stored. After a cut it may be told so once more: a process would be dead then."""
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bookkeeper", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._ending.wait(0.02):
            try:
                self._ledger.note("", "row", str(self.written))
            except (KioskError, OSError):
                return
            self.written += 1

    def stop(self) -> None:
        self._ending.set()
        self._thread.join(30)
        with contextlib.suppress(KioskError):
            self._ledger.close()


def _rows(output: Path) -> int:
    ledger = Ledger.open(output / names.LEDGER)
    try:
        return sum(event.what == "row" for event in ledger.events(""))
    finally:
        ledger.close()


def _recover_and_cut(disk: LoopDisk, output: Path, after_s: float) -> None:
    command = [sys.executable, "-m", "kiosk", "recover", "--output", str(output)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        let_pass(after_s)
        disk.cut()
        process.kill()
    disk.power_on()


def _recording(folder: Path) -> dict[str, str]:
    """Names and hashes of what counts: the films and the manifest."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.glob("*")
        if path.suffix == ".mp4" or path.name == names.MANIFEST
    }


def _changed_by_another_run(folder: Path) -> bool:
    def all_of_it() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    before = all_of_it()
    recover_session(folder, SystemClock(), Depth.EVERYTHING)
    return all_of_it() != before


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
