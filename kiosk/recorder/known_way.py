"""What is known of the way from the loudspeaker to the microphone, from one recording to the next.

A question's echo is taken out best when the room was heard before, with nobody talking: at the self-check, at the
candidate's check, at the practice question. Each of these has a recorder of its own, so what it learned lies in the
runtime folder, a file for each pair of devices: how the room sounds, nothing of what was said in it. The file may go at
any time; a broken one is taken for none. Must never keep a recording from going on.
"""

import contextlib
import hashlib
import logging
import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

import numpy as np

from kiosk.domain.devices import DeviceIdentity
from kiosk.mix.path_memory import Way

log = logging.getLogger(__name__)

_PREFIX: Final = "echo-way-1-"
"""With the number of the file's form."""


class KnownWay:
    """`pair` belongs to the service's thread, before a recording; the rest to the line's.

    Args:
        folder: private, and soonest gone with the machine's memory.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path: Path | None = None
        self.way: Way | None = None
        """None: nothing is known, or no loudspeaker was heard."""

    def pair(self, microphone: DeviceIdentity, loudspeaker: DeviceIdentity) -> None:
        """These devices were opened: what is known of them is `way`."""
        name = hashlib.sha256(f"{microphone.id}\n{loudspeaker.id}".encode()).hexdigest()[:16]
        self._path = self._folder / f"{_PREFIX}{name}.npz"
        self.way = _read(self._path)

    def learned(self, way: Way) -> None:
        """A question taught this. What taught nothing of a loudspeaker changes nothing."""
        if not way.found:
            return
        self.way = way
        if self._path is not None:
            try:
                _write(self._path, way)
            except OSError as error:  # the next recording begins knowing less
                log.warning("what was learned of the echo is not kept: %s", error)


def _read(path: Path) -> Way | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            way = Way(held["path"], held["doubt"])
    except FileNotFoundError:
        return None
    except Exception as error:  # noqa: BLE001 - a torn archive raises in a dozen ways
        log.warning("what was learned of the echo cannot be read: %s", error)
        return None
    right = way.path.dtype == np.complex64 and way.doubt.dtype == np.float32 and way.path.shape == way.doubt.shape
    if not (right and way.path.ndim == 2 and np.isfinite(way.path).all() and np.isfinite(way.doubt).all()):
        log.warning("what was learned of the echo is no way: it is not used")
        return None
    return way


def _write(path: Path, way: Way) -> None:
    with NamedTemporaryFile(dir=path.parent, prefix=_PREFIX, delete=False) as file:  # readable by us alone
        try:
            np.savez(file, path=way.path, doubt=way.doubt)
            file.close()
            os.replace(file.name, path)  # noqa: PTH105 - a name that the library gave, not a Path
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(file.name)  # noqa: PTH108 - the same
            raise
