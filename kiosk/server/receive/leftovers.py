"""What a crash left on the disk, put away when the server starts: bodies that were arriving, chunks without a row.

A chunk's file gets its name just before its row is written, so a crash between the two leaves a file that nobody was
told about. The kiosk sends it again; this is for those that it does not send any more.
"""

import logging
from pathlib import Path
from typing import Final

from kiosk.contract import names
from kiosk.server.catalogue.models import Chunk
from kiosk.server.storage import DurableStorage

CHUNKS: Final = "video_chunks"

log = logging.getLogger(__name__)


def sweep(store: DurableStorage) -> None:
    """Only while no server takes requests."""
    arriving = store.forget_incoming()
    orphans = 0
    root = Path(store.location) / CHUNKS
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        if names.SESSION.fullmatch(folder.name):
            orphans += _sweep_one(store, folder)
    if arriving or orphans:
        log.info("put away %d bodies that were arriving, %d chunks without a row", arriving, orphans)


def _sweep_one(store: DurableStorage, folder: Path) -> int:
    known = set(Chunk.objects.filter(recording_id=folder.name).values_list("name", flat=True))
    found = 0
    for path in sorted(folder.glob("*/chunk_*")):
        name = path.relative_to(store.location).as_posix()
        if name not in known:
            store.delete(name)
            found += 1
    return found
