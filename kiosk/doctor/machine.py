"""What the machine can do: encode fast enough, make bytes durable, hold recordings, tell the time."""

import os
import shutil
import statistics
import sys
from pathlib import Path
from typing import Final

from kiosk.config import Config
from kiosk.devices import jpeg
from kiosk.domain.clock import NS, Clock, seconds
from kiosk.domain.devices import CameraFrame
from kiosk.domain.errors import KioskError
from kiosk.domain.finding import Finding, Grade
from kiosk.encode.decoder import PictureDecoder
from kiosk.encode.encoder import Encoder, EncoderSettings
from kiosk.encode.trial import AUTO, USUAL
from kiosk.files.disk import BYTES_A_SECOND
from kiosk.system import host, places

PICTURES: Final = 30
WARM_UP: Final = 10
ENCODER_LIMIT_S: Final = 6.0
PLENTY: Final = 0.6
"""Of the time that there is; more than this leaves little for the rest of the program."""
TOO_MUCH: Final = 0.9
WRITES: Final = 8
SLOW_MS: Final = 200.0
TOO_SLOW_MS: Final = 2000.0
"""A write is to be durable within a second or two, and others wait for it."""
FEW_HOURS: Final = 0.5


class _Nowhere:
    """Takes what the encoder makes, and keeps nothing."""

    def write(self, data: bytes) -> int:
        return len(data)


def examine_encoder(preset: str, clock: Clock) -> Finding:
    """Encodes a second of the simulated camera's pictures as a recording does, and tells how long that took."""
    preset = USUAL if preset == AUTO else preset  # the recorder chooses with the pictures of its own camera
    decoder = PictureDecoder()
    try:
        pictures = jpeg.split((places.asset("simulated") / "camera.mjpeg").read_bytes())
        encoder = Encoder(_Nowhere(), EncoderSettings(preset=preset))
        began, count = 0, 0
        limit = clock.now_ns() + round(ENCODER_LIMIT_S * NS)
        for number in range(WARM_UP + PICTURES):
            if number == WARM_UP:
                began = clock.now_ns()
            frame = CameraFrame(0, "jpeg", pictures[number % len(pictures)], 1280, 720)
            encoder.picture(decoder.decode(frame), number * NS // PICTURES)
            count = number + 1 - WARM_UP
            if clock.now_ns() > limit:
                break
        took_s = seconds(clock.now_ns() - began) if began else ENCODER_LIMIT_S
        encoder.abandon()
    except (KioskError, OSError) as error:
        return Finding("encoder", Grade.BAD, f"Pictures cannot be encoded: {error}", "Install the program again.")
    if count < 1:
        took_s, count = ENCODER_LIMIT_S, 1
    share = took_s / count * PICTURES
    reserve = max(0, round(100 * (1 - share)))
    fact = f"One second of film takes {share:.2f} s to encode with '{preset}': {reserve} % in reserve."
    if share > PLENTY:
        grade = Grade.BAD if share > TOO_MUCH else Grade.WARN
        remedy = "Close other programs, set 'preset' to a faster one (ultrafast), or use a faster machine."
        return Finding("encoder", grade, fact, remedy, reserve, "%")
    return Finding("encoder", Grade.OK, fact, "", reserve, "%")


def examine_disk_speed(output: Path, clock: Clock) -> Finding:
    """Appends a second of recording in pieces, and tells how long each takes until it is durable."""
    path = output / f".doctor.{os.getpid()}.part"
    piece = os.urandom(BYTES_A_SECOND // WRITES)
    took_ms: list[float] = []
    was_there = output.exists()
    try:
        host.private_folder(output)
        fd = host.open_private(path, append=True)
        try:
            for _ in range(WRITES):
                began = clock.now_ns()
                os.write(fd, piece)
                host.sync_data(fd)
                took_ms.append((clock.now_ns() - began) / 1e6)
        finally:
            os.close(fd)
            path.unlink(missing_ok=True)
            if not was_there:
                output.rmdir()
    except OSError as error:
        fact = f"Nothing can be written to {output}: {(error.strerror or 'unknown reason').lower()}."
        return Finding("disk-speed", Grade.BAD, fact, "Check the disk, and that this account may write there.")
    slowest = max(took_ms)
    usual = statistics.median(took_ms)
    fact = f"A write to {output} is durable after {usual:.1f} ms; the slowest took {slowest:.1f} ms."
    if slowest > SLOW_MS:
        grade = Grade.BAD if slowest > TOO_SLOW_MS else Grade.WARN
        return Finding("disk-speed", grade, fact, "Use a local SSD for 'output', and no network drive.", slowest, "ms")
    return Finding("disk-speed", Grade.OK, fact, "", round(slowest, 1), "ms")


def examine_space(config: Config) -> list[Finding]:
    """Room for recordings in hours, and whether they lie on something that keeps them."""
    there = next(path for path in (config.output, *config.output.parents) if path.exists())
    try:
        usage = shutil.disk_usage(there)
    except OSError as error:
        fact = f"The disk of {config.output} cannot be asked: {error.strerror}."
        return [Finding("disk-space", Grade.BAD, fact, "Check that it is mounted.")]
    hours = usage.free / BYTES_A_SECOND / 3600
    fact = f"There is room for {hours:.1f} hours of recording in {config.output}."
    remedy = "Free space, or choose a larger disk for 'output'."
    grade = Grade.BAD if hours < FEW_HOURS else Grade.WARN if hours < max(1, config.keep_free_hours) else Grade.OK
    found = [Finding("disk-space", grade, fact, "" if grade is Grade.OK else remedy, round(hours, 1), "h")]
    kind = _file_system(there)
    if kind in {"tmpfs", "ramfs"}:
        fact = f"{config.output} lies in memory ({kind}): recordings would be gone after a restart."
        found.append(Finding("disk-kind", Grade.BAD, fact, "Choose a folder on a disk for 'output'."))
    elif kind in {"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p"}:
        fact = f"{config.output} lies on another machine ({kind}): recording would stop when the network does."
        found.append(Finding("disk-kind", Grade.WARN, fact, "Choose a folder on a local disk for 'output'."))
    return found


def _file_system(path: Path) -> str:
    """Its kind, as Linux names it; "" where it is not told."""
    if sys.platform == "win32":
        return ""
    try:
        device = path.stat().st_dev
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    for line in mounts.splitlines():
        before, dash, after = line.partition(" - ")
        if dash and before.split()[2] == f"{os.major(device)}:{os.minor(device)}":
            return after.split()[0]
    return ""


def examine_clock() -> Finding:
    """Whether somebody keeps the wall clock right."""
    if host.clock_synchronised():
        return Finding("clock", Grade.OK, "The system says that its clock is synchronised.")
    fact = "The clock is not synchronised, so the times in recordings may be wrong."
    return Finding("clock", Grade.WARN, fact, "Turn on time synchronisation: timedatectl set-ntp true.")
