"""Connections that send a part of a file as it is, and that can be cut from another thread.

Knows nothing of what is said over them.
"""

import errno
import weakref
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

BLOCK: Final = 256 * 1024
"""Bytes that pass through this program at a time."""


@dataclass(frozen=True, slots=True)
class Span:
    """`size` bytes of an open file, from `offset` on."""

    file: BinaryIO
    offset: int
    size: int


def watched(pool: urllib3.PoolManager, opened: "weakref.WeakSet[HTTPConnection]") -> urllib3.PoolManager:
    """Its connections are in `opened`, so that they can be cut from another thread."""

    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            opened.add(self)

        def send(self, data: Any) -> None:
            if not isinstance(data, Span):
                super().send(data)
                return
            # The system sends it from its own memory, where there is a call for that.
            if self.sock.sendfile(data.file, data.offset, data.size) < data.size:
                raise OSError(errno.ENODATA, "it is shorter than it was")

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            opened.add(self)

        def send(self, data: Any) -> None:
            if not isinstance(data, Span):
                super().send(data)
                return
            for start in range(data.offset, data.offset + data.size, BLOCK):
                data.file.seek(start)
                block = data.file.read(min(BLOCK, data.offset + data.size - start))
                if not block:
                    raise OSError(errno.ENODATA, "it is shorter than it was")
                super().send(block)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    pool.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return pool
