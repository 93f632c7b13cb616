"""What is true of a recording now, for others to look at. Read from any thread; changes nothing."""

from dataclasses import dataclass

from kiosk.mix.meter import FLOOR_DBFS
from kiosk.recorder.equipment import Equipment
from kiosk.recorder.picture_queue import PictureQueue
from kiosk.recorder.reel import Reel


@dataclass(frozen=True, slots=True)
class LineFacts:
    """Instants on the session clock, 0 means never."""

    durable_ns: int
    durable_media_ns: int
    media_ns: int
    frame_ns: int
    sample_ns: int
    frames: int
    dropped: int
    segment: int
    """The newest one's number; 0 before the first."""
    size: int
    """Durable bytes of it; `bytes` is of all."""
    bytes: int
    fps: float
    level_dbfs: float
    peak_dbfs: float


def facts_of(reel: Reel, pictures: PictureQueue, equipment: Equipment, dropped: int, now_ns: int) -> LineFacts:
    """Args:
    reel, pictures, equipment: the line's.
    dropped: pictures that came and are not in the file.
    now_ns: session clock.
    """
    hearing, sight = equipment.hearing, equipment.sight
    level, peak = hearing.level(now_ns) if hearing is not None else (FLOOR_DBFS, FLOOR_DBFS)
    return LineFacts(
        durable_ns=reel.durable_ns,
        durable_media_ns=reel.durable_media_ns,
        media_ns=reel.media_ns(now_ns),
        frame_ns=pictures.newest_ns,
        sample_ns=hearing.last_block_ns if hearing is not None else 0,
        frames=reel.frames,
        dropped=dropped,
        segment=reel.number,
        size=reel.size,
        bytes=reel.bytes,
        fps=round(sight.status.fps, 1) if sight else 0.0,
        level_dbfs=round(level, 1),
        peak_dbfs=round(peak, 1),
    )
