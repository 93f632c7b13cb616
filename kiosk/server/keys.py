"""The server's own secrets, each made once and kept in a file of the data folder that only this account can read.

secret       signs sessions and playback addresses (Django's SECRET_KEY)
receipt-key  Ed25519 seed; its public half goes to kiosks when they enrol. A lost one means that kiosks must enrol again

Nothing here is ever logged or shown.
"""

import base64
import contextlib
import os
import secrets
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.contract import receipt
from kiosk.domain.errors import WorldFailed
from kiosk.system import host

SEED_BYTES: Final = 32


def secret_key(data: Path) -> str:
    """Django's SECRET_KEY of this data folder."""
    return base64.b64encode(_once(data / "secret", 48)).decode()


def receipt_seed(data: Path) -> bytes:
    """The 32 bytes that `contract.receipt.sign` signs with."""
    return _once(data / "receipt-key", SEED_BYTES)


def receipt_public(data: Path) -> bytes:
    """The 32 bytes that `contract.receipt.check` checks with."""
    return Ed25519PrivateKey.from_private_bytes(receipt_seed(data)).public_key().public_bytes_raw()


def receipt_key_id(data: Path) -> str:
    return receipt.key_id(receipt_public(data))


def _once(path: Path, size: int) -> bytes:
    """The bytes in the file, which is made when it is missing; of two that make it at once, one wins."""
    if not path.exists():
        _make(path, secrets.token_bytes(size))
    try:
        found = base64.b64decode(path.read_text(encoding="ascii"), validate=False)
    except (OSError, ValueError) as error:
        raise WorldFailed(f"The server's key {path} cannot be read: {error}.", "Restore it from a backup.") from error
    if len(found) != size:
        raise WorldFailed(f"The server's key {path} is damaged.", "Restore it from a backup.")
    return found


def _make(path: Path, value: bytes) -> None:
    host.private_folder(path.parent)
    part = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.part")
    fd = host.open_private(part, exclusive=True)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(base64.b64encode(value) + b"\n")
            file.flush()
            host.sync_data(file.fileno())
        with contextlib.suppress(FileExistsError):  # a rename would overwrite the one that another process just made
            os.link(part, path)
    finally:
        part.unlink(missing_ok=True)
    host.sync_folder(path.parent)
