"""HTTP to one server: time-outs on everything, TLS always verified, and no answer believed that is not the server's.

A captive portal answers too. So a success is JSON of the expected shape under the expected status, whoever calls
checks its fields, and a redirect is never followed.
"""

import contextlib
import errno
import ipaddress
import json
import socket
import ssl
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from kiosk.contract import wire
from kiosk.contract.wire import Refusal
from kiosk.domain.clock import NS, Clock, SystemClock
from kiosk.domain.errors import BadRequest
from kiosk.domain.wire import build
from kiosk.outbox.answers import Later, NotAllowed, Refused, retry_after_s
from kiosk.outbox.connections import BLOCK, Span, watched

CONNECT_S: Final = 10.0
READ_S: Final = 60.0
SLOWEST_BYTES_A_SECOND: Final = 16 * 1024
"""A body may take as long as this; beyond, the line counts as dead."""
LARGE_BLOCK: Final = 1024 * 1024
"""Of a file, which the system sends by itself."""
CONNECTIONS: Final = 6
FOR_ALL: Final = frozenset({429, 502, 503, 504, 507})
"""Statuses that say something of the server, and not of the request."""
PORTAL: Final = (
    "Something between this kiosk and the server answers in its place, perhaps a sign-in page of the network."
)


@dataclass(frozen=True, slots=True)
class Route:
    """The way to the server. `url` without a slash at the end; `proxy` and `ca_file` may be empty."""

    url: str
    proxy: str = ""
    ca_file: Path | None = None
    connect_s: float = CONNECT_S
    read_s: float = READ_S


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: dict[str, Any]
    etag: str = ""


class Link:
    """Connections to one server that stay open. For any thread.

    Args:
        headers: go with every request.
        stopping: true ends what is being sent at once.
    """

    def __init__(
        self,
        route: Route,
        headers: Mapping[str, str],
        *,
        stopping: Callable[[], bool] = lambda: False,
        clock: Clock | None = None,
    ) -> None:
        self._route = route
        self._headers = dict(headers)
        self._stopping = stopping
        self._clock = clock or SystemClock()
        self._wire = threading.Lock()  # one chunk's body travels at a time: a cut costs one
        check_url(route.url)
        parts = urlsplit(route.url)
        self._prefix = parts.path.rstrip("/")
        self._base = f"{parts.scheme}://{parts.netloc}"
        self._open: weakref.WeakSet[HTTPConnection] = weakref.WeakSet()
        self._pool = _pool(route, self._open, loopback=is_loopback(parts.hostname or ""))

    def abort(self) -> None:
        """From any thread: whatever waits for the server fails at once. `stopping` must be true already."""
        for connection in list(self._open):
            line = connection.sock
            if line is not None:
                with contextlib.suppress(OSError):  # closed already
                    socket.socket.shutdown(line, socket.SHUT_RDWR)

    def close(self) -> None:
        self._pool.clear()

    def call(
        self,
        method: str,
        path: str,
        *,
        accept: frozenset[int],
        message: Any = None,
        data: Span | None = None,
        digest: str = "",
        etag: str = "",
    ) -> Answer:
        """One request, and an answer that is the server's own.

        Args:
            method: of HTTP.
            path: below the server's address.
            accept: the statuses that mean success.
            message: JSON values to send.
            data: what to send in place of JSON.
            digest: the SHA-256 of `data`.
            etag: what is known already; when it is still so, the status is 304 and the body empty.

        Raises:
            Later, NotAllowed, Refused.
        """
        if self._stopping():
            raise Later("This program was asked to end.")
        headers = {**self._headers, "Accept": "application/json"}
        body: bytes | Span | None = data
        size = data.size if data is not None else 0
        if message is not None:
            body = wire.canonical(message)
            size = len(body)
            headers["Content-Type"] = "application/json"
        if etag:
            headers["If-None-Match"] = etag
        if data is not None:
            headers["Content-Type"] = "application/octet-stream"
            headers[wire.DIGEST_HEADER] = wire.content_digest(digest)
        if body is not None:
            headers["Content-Length"] = str(size)
        limit_s = self._route.connect_s + self._route.read_s + size / SLOWEST_BYTES_A_SECOND
        deadline_ns = self._clock.now_ns() + round(limit_s * NS)
        try:
            with self._turn(data is not None) as sent:
                blocks = self._blocks(body, deadline_ns, sent) if body is not None else None
                response = self._pool.request(
                    method, self._base + self._prefix + path, body=blocks, headers=headers, preload_content=False
                )
            try:
                content = self._read(response, deadline_ns)
            except BaseException:
                response.close()
                raise
            response.release_conn()
        except (HTTPError, OSError) as error:
            raise self._in_words(error) from error
        return self._judge(response, content, accept)

    @contextlib.contextmanager
    def _turn(self, big: bool) -> Iterator[Callable[[], None]]:
        """Waits until no other chunk is on its way, and lets the next one go as soon as this one is sent."""
        if not big:
            yield lambda: None
            return
        held = threading.Event()
        self._wire.acquire()

        def sent() -> None:
            if not held.is_set():
                held.set()
                self._wire.release()

        try:
            yield sent
        finally:
            sent()

    def _blocks(self, body: bytes | Span, deadline_ns: int, sent: Callable[[], None]) -> Iterator[Any]:
        """In pieces, bytes or spans, since Python's time-out holds for each piece as a whole."""
        for block in _cut(body):
            if self._stopping():
                raise TimeoutError("this program was asked to end")
            if self._clock.now_ns() > deadline_ns:
                raise TimeoutError("the line is too slow")
            yield block
        sent()

    def _read(self, response: urllib3.BaseHTTPResponse, deadline_ns: int) -> bytes:
        content = b""
        while block := response.read1(BLOCK):
            content += block
            if len(content) > wire.LARGEST_BODY:
                raise Later(f"The answer of {self._base} is longer than any answer of the server.", PORTAL)
            if self._clock.now_ns() > deadline_ns:
                raise TimeoutError("the answer is too slow")
        return content

    def _judge(self, response: urllib3.BaseHTTPResponse, content: bytes, accept: frozenset[int]) -> Answer:
        status = response.status
        after_s = retry_after_s(response.headers.get("Retry-After"), self._clock.wall())
        body = _object(response.headers.get("Content-Type", ""), content)
        if status in accept and body is not None:
            return Answer(status, body, response.headers.get("ETag", ""))
        if status == 304 and status in accept:
            return Answer(status, {})
        said = _refusal(body)
        if status in FOR_ALL or status >= 500:
            what = said.what if said and said.what else f"The server is not ready (status {status})."
            raise Later(what, said.remedy if said else "", for_all=status in FOR_ALL, after_s=after_s)
        if status == 413 and body is None:  # also said by what stands before the server
            words = "The server, or a proxy before it, takes nothing that is this large."
            raise Refused(status, Refusal("large", words, "Let it accept bodies of 64 MiB."), {})
        if 400 <= status < 500 and body is not None and (said is not None or "state" in body):
            if status in {401, 403} or (said and said.error == "instance"):
                what = said.what if said and said.what else "The server does not know this kiosk any more."
                raise NotAllowed(what, said.remedy if said and said.remedy else "Enrol this kiosk again.")
            raise Refused(status, said or Refusal("", ""), body)
        if 300 <= status < 400:
            raise Later(f"{self._base} sends this kiosk elsewhere (status {status}).", PORTAL)
        raise Later(f"The answer of {self._base} is not one of the server (status {status}).", PORTAL)

    def _in_words(self, error: Exception) -> Later:
        if (file := _of_the_file(error)) is not None:
            return Later(f"A recording cannot be read: {file.strerror}.", "Check the disk.", for_all=False)
        if isinstance(error, SSLError | ssl.SSLError):
            return _tls(self._base, error)
        if isinstance(error, ProxyError):
            return Later(f"The proxy {_without_password(self._route.proxy)} does not answer.", "Check 'proxy'.")
        if isinstance(error, NameResolutionError):
            return Later(f"The name of the server {self._base} is not known here.", "Check the network and its DNS.")
        if isinstance(error, ConnectTimeoutError | NewConnectionError):
            return Later(f"The server {self._base} cannot be reached.", "Check the network.")
        if isinstance(error, ReadTimeoutError | TimeoutError):
            return Later(f"The server {self._base} did not answer in time.", "Check the network.")
        return Later(f"The connection to the server {self._base} broke.", "Check the network.")


def check_url(url: str) -> None:
    """Raises BadRequest when it is not the address of a server that this kiosk may talk to."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        parts.port  # noqa: B018  # raises when it is no number
    except ValueError:
        host = ""
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment or not url.isprintable():
        raise BadRequest("This is not the address of a server.", "It looks like https://interviews.example.org.")
    if parts.username is not None:
        raise BadRequest("The server's address must not hold a name or password.")
    if parts.scheme == "http" and not is_loopback(host):
        raise BadRequest(
            "Without encryption this kiosk only talks to a server on the same machine.", "Use an https:// address."
        )


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _cut(body: bytes | Span) -> Iterator[bytes | Span]:
    if isinstance(body, bytes):
        for start in range(0, len(body), BLOCK):
            yield body[start : start + BLOCK]
        return
    for start in range(0, body.size, LARGE_BLOCK):
        yield Span(body.file, body.offset + start, min(LARGE_BLOCK, body.size - start))


def _of_the_file(error: BaseException) -> OSError | None:
    """What the disk said, when it was that; no connection fails with these."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, OSError) and found.errno in {errno.EIO, errno.ENODATA}:
            return found
        found = found.__cause__ or found.__context__
    return None


def _pool(route: Route, opened: "weakref.WeakSet[HTTPConnection]", *, loopback: bool) -> urllib3.PoolManager:
    """Raises BadRequest when proxy or CA file are unusable."""
    options: dict[str, Any] = {
        "timeout": urllib3.Timeout(connect=route.connect_s, read=route.read_s),
        "retries": False,
        "maxsize": CONNECTIONS,
    }
    if not route.url.startswith("http://"):
        options["ssl_context"] = _trust(route.ca_file)
    if not route.proxy or loopback:
        return watched(urllib3.PoolManager(**options), opened)
    parts = urlsplit(route.proxy)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadRequest("'proxy' is not the address of a proxy.", "It looks like http://proxy.example.org:3128.")
    headers = None
    if parts.username:
        headers = urllib3.make_headers(proxy_basic_auth=f"{parts.username}:{parts.password or ''}")
    proxied = urllib3.ProxyManager(_without_password(route.proxy), proxy_headers=headers, **options)
    return watched(proxied, opened)


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    """What the system trusts, and the authority of `ca_file` beside it. Raises BadRequest."""
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            why = "it holds none" if isinstance(error, ssl.SSLError) else error.strerror
            raise BadRequest(f"The file of certificates {ca_file} cannot be used: {why}.") from error
    return context


def _without_password(proxy: str) -> str:
    parts = urlsplit(proxy)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _object(content_type: str, content: bytes) -> dict[str, Any] | None:
    if content_type.partition(";")[0].strip().lower() != "application/json":
        return None
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _refusal(body: dict[str, Any] | None) -> Refusal | None:
    try:
        found: Refusal | None = build(Refusal, body) if body is not None else None
    except BadRequest:
        return None
    return found


def _tls(base: str, error: Exception) -> Later:
    """Why the server is not trusted, with what can be done about it."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.args[0] if cause.args and isinstance(cause.args[0], BaseException) else cause.__cause__
    if cause is None:
        return Later(f"No encrypted connection to {base} comes about: {error}.", "Check the address and the network.")
    why = cause.verify_message
    if cause.verify_code in {9, 10}:  # not yet, or not any more
        remedy = "Check this machine's clock; if it is right, the server needs a new certificate."
    elif cause.verify_code in {18, 19, 20, 21}:
        remedy = "If it has a certificate of your own authority, name that in 'ca_file' of the configuration."
    else:
        remedy = "Check the server's address and its certificate."
    return Later(f"The server {base} is not trusted, so nothing is sent: {why}.", remedy)
