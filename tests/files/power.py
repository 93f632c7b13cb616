"""Changes to a folder on a disk whose power fails at a chosen step, and what such a disk keeps."""

from collections.abc import Iterable
from pathlib import Path

from kiosk.files.changes import HostChanges


class PowerCutError(BaseException):
    """Nothing of the program runs after this: not an Exception, so that nobody handles it."""


class FailingPower(HostChanges):
    """The power fails at step `at`, half of which is done. `lose` then takes away what was never synced.

    Only one folder is changed. Bytes belong to a file whatever its name is: they are followed by inode.
    """

    def __init__(self, folder: Path, at: int | None = None) -> None:
        self._folder = folder
        self._at = at
        self.steps = 0
        self._bytes = {path.stat().st_ino: path.read_bytes() for path in folder.iterdir()}
        self._names = self._listing()

    def _listing(self) -> dict[str, int]:
        return {path.name: path.stat().st_ino for path in self._folder.iterdir()}

    def _fails(self) -> bool:
        self.steps += 1
        return self.steps - 1 == self._at

    def create(self, path: Path, pieces: Iterable[bytes]) -> None:
        data = b"".join(pieces)
        if self._fails():
            super().create(path, [data[: len(data) // 2]])
            raise PowerCutError
        super().create(path, [data])
        self._bytes.setdefault(path.stat().st_ino, b"")

    def append(self, path: Path, data: bytes) -> None:
        if self._fails():
            super().append(path, data[: len(data) // 2])
            raise PowerCutError
        super().append(path, data)
        self._bytes.setdefault(path.stat().st_ino, b"")

    def cut(self, path: Path, size: int) -> None:
        self._or_fail()
        super().cut(path, size)

    def rename(self, path: Path, to: Path) -> None:
        self._or_fail()
        super().rename(path, to)

    def remove(self, path: Path) -> None:
        self._or_fail()
        super().remove(path)

    def sync(self, path: Path) -> None:
        self._or_fail()
        self._bytes[path.stat().st_ino] = path.read_bytes()

    def sync_folder(self, folder: Path) -> None:
        self._or_fail()
        self._names = self._listing()

    def _or_fail(self) -> None:
        if self._fails():
            raise PowerCutError

    def lose(self) -> None:
        """The folder as the medium has it: synced names, synced bytes."""
        kept = {name: self._bytes.get(inode, b"") for name, inode in self._names.items()}
        for path in self._folder.iterdir():
            path.unlink()
        for name, data in kept.items():
            (self._folder / name).write_bytes(data)
