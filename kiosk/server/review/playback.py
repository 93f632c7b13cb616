"""Signed links to a recording, and the bytes behind them.

A link is good for ten minutes, for one account in one signed-in session, and for one use of one recording. Making a
link is on record; the many range requests that a player makes with it are not. Bytes come through the storage
interface in blocks; a storage that signs links of its own (an object store) is asked for one, and sends them itself.

Chromium and its relatives are sent a film as fragments when it has an index for that (`media.fragment_index`): they
show the first picture after some kilobytes. Everybody else, and every download, gets the ordinary film.
"""

import contextlib
import inspect
import logging
import time
from collections.abc import Iterator
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Final
from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import http_date
from django.views.decorators.http import require_GET, require_POST, require_safe

from kiosk.domain.errors import BadRequest
from kiosk.media.fragmented import Fragmented
from kiosk.server import tables
from kiosk.server.catalogue.models import Recording
from kiosk.server.review.access import Act, needs, on_record
from kiosk.server.review.ranges import NotSatisfiable, Part, part_of

log: Final = logging.getLogger(__name__)

SALT: Final = "kiosk.server.review.playback"
LIFE_S: Final = 600
"""How long a link is good for, in seconds."""
MOST: Final = 4 * 1024 * 1024
"""Bytes of one answer to a range request, about 13 s of recording: a paused player holds no worker."""
BLOCK: Final = 256 * 1024
_SEEKS_IN_FRAGMENTS: Final = "Chrome/"
"""In what a browser calls itself. Firefox 153 reads through all that lies between, minutes at 12 Mbit/s; Safari has not
been tried.
"""


class Use(StrEnum):
    VIDEO = "video"
    PROVISIONAL = "provisional"
    """What has arrived so far."""
    DOWNLOAD = "download"


def make_link(request: HttpRequest, recording: Recording, use: Use, life_s: int = LIFE_S) -> str:
    """A fresh link for this account and session, on record; empty when there is nothing to play."""
    session = str(recording.session_id)
    name = provisional_name(recording) if use is Use.PROVISIONAL else recording.video
    if not name:
        return ""
    until = int(time.time()) + life_s
    index = _index_for(request, name) if use is not Use.DOWNLOAD else ""
    token = signing.dumps(
        [session, use, name, index, request.user.pk, _binding(request), until], salt=SALT, compress=False
    )
    what = "download" if use is Use.DOWNLOAD else "play"
    on_record(request, what, session, f"link for {max(0, life_s) // 60} minutes")
    return str(reverse("play", args=[token]))


@needs(Act.WATCH)
@require_POST
def fresh_link(request: HttpRequest, session: Any) -> HttpResponse:
    """For the player whose link is about to end, or has: {"url": …, "seconds": …}."""
    recording = recording_or_404(session)
    url = make_link(request, recording, best_use(recording))
    if not url:
        raise Http404
    return JsonResponse({"url": url, "seconds": LIFE_S})


@needs(Act.EXPORT)
@require_POST
def download(request: HttpRequest, session: Any) -> HttpResponse:
    """The recording as a file."""
    recording = recording_or_404(session)
    url = make_link(request, recording, Use.DOWNLOAD)
    if not url:
        raise Http404
    return HttpResponseRedirect(url)


@needs(Act.WATCH)
@require_safe
def play(request: HttpRequest, token: str) -> HttpResponse:
    """The bytes. 403 when the link is forged, too old, or another's."""
    try:
        session, use, name, index, user, binding, until = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError) as error:
        raise PermissionDenied from error
    own = user == request.user.pk and constant_time_compare(binding, _binding(request))
    if not own or time.time() >= until or (use == Use.DOWNLOAD and Act.EXPORT not in request.acts):
        raise PermissionDenied
    recording_or_404(session)
    return send(request, name, "video/mp4", index=index, attachment=use == Use.DOWNLOAD)


@needs(Act.WATCH)
@require_GET
def captions(_request: HttpRequest, session: Any) -> HttpResponse:
    return _beside(recording_or_404(session).captions, "text/vtt; charset=utf-8")


@needs(Act.WATCH)
@require_GET
def poster(_request: HttpRequest, session: Any) -> HttpResponse:
    name = recording_or_404(session).poster
    return _beside(name, "image/png" if name.endswith(".png") else "image/jpeg")


def with_player(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """A page that plays: its policy names where the storage sends from, when that is not here."""
    origin = _origin(default_storage)
    return csp_update({"media-src": [origin]})(lambda _: answer)(request) if origin else answer


def best_use(recording: Recording) -> Use:
    return Use.VIDEO if recording.video else Use.PROVISIONAL


def recording_or_404(session: Any) -> Recording:
    found: Recording | None = (
        Recording.objects.select_related("session__interview__candidate").filter(pk=session).first()
    )
    if found is None:
        raise Http404
    return found


def provisional_name(recording: Recording) -> str:
    """Storage name of what can be watched before all has arrived; empty when nothing can."""
    from kiosk.server.finalise import live

    return live.provisional(recording) or ""


def send(request: HttpRequest, name: str, kind: str, *, index: str = "", attachment: bool = False) -> HttpResponse:
    """A stored file, whole or the part that is asked for; with an index, the film as fragments."""
    if _signs_links(default_storage):
        extra = {"ResponseContentDisposition": _disposition(name)} if attachment else {}
        return HttpResponseRedirect(default_storage.url(name, parameters=extra, expire=LIFE_S))
    try:
        size = _size(name, index)
        modified = default_storage.get_modified_time(name)
    except (OSError, BadRequest) as error:
        log.error("%s is not in the storage: %s", name, error)  # noqa: TRY400  # the reason says it all
        raise Http404 from error
    tag = f'"{salted_hmac(SALT, f"{name} {index} {size} {modified}").hexdigest()[:32]}"'
    changed = http_date(modified.timestamp())
    part = None
    header = request.headers.get("Range", "")
    unchanged = request.headers.get("If-Range", tag) in {tag, changed}
    if header and unchanged and request.method == "GET":
        try:
            part = part_of(header, size, MOST)
        except NotSatisfiable:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
    whole = part or Part(0, size - 1)
    tables.let_go()
    answer: HttpResponse
    if request.method == "HEAD":
        answer = HttpResponse()
    else:
        answer = StreamingHttpResponse(Blocks(_opened(name, index), whole), status=206 if part else 200)
    if part:
        answer["Content-Range"] = f"bytes {part.first}-{part.last}/{size}"
    answer["Content-Length"] = str(whole.length)
    answer["Content-Type"] = kind
    answer["Accept-Ranges"] = "bytes"
    answer["ETag"], answer["Last-Modified"] = tag, changed
    answer["Cache-Control"] = "private, no-store"
    if attachment:
        answer["Content-Disposition"] = _disposition(name)
    return answer


def _index_for(request: HttpRequest, name: str) -> str:
    """Storage name of the index that this film is played by in this browser; empty when it is played as it is."""
    from kiosk.server.finalise import stored

    if _SEEKS_IN_FRAGMENTS not in request.headers.get("User-Agent", "") or _signs_links(default_storage):
        return ""
    index = stored.index_name(name)
    return index if default_storage.exists(index) else ""


def _opened(name: str, index: str) -> BinaryIO | Fragmented:
    """Raises OSError when a file is gone, BadRequest when another film has come to the index."""
    with contextlib.ExitStack() as opened:
        film: BinaryIO = opened.enter_context(default_storage.open(name))
        found = Fragmented(film, opened.enter_context(default_storage.open(index))) if index else film
        opened.pop_all()  # whoever asked for it closes it
    return found


def _size(name: str, index: str) -> int:
    if not index:
        return int(default_storage.size(name))
    with contextlib.closing(_opened(name, index)) as film:
        assert isinstance(film, Fragmented)
        size: int = film.size
        return size


class Blocks:
    """A part of an open file in blocks; closes it when the answer is closed, sent or not."""

    def __init__(self, file: BinaryIO | Fragmented, part: Part) -> None:
        self._file = file
        self._left = part.length
        file.seek(part.first)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        data = self._file.read(min(BLOCK, self._left)) if self._left > 0 else b""
        if not data:
            raise StopIteration
        self._left -= len(data)
        return data

    def close(self) -> None:
        self._file.close()


def _beside(name: str, kind: str) -> HttpResponse:
    """What belongs to a recording and is small. Always from here: a page may load a track from its own host only."""
    if not name:
        raise Http404
    try:
        with default_storage.open(name) as file:
            return HttpResponse(file.read(), content_type=kind, headers={"Cache-Control": "private, no-store"})
    except OSError as error:
        raise Http404 from error


def _binding(request: HttpRequest) -> str:
    return str(salted_hmac(SALT, request.session.session_key or "").hexdigest())[:32]


def _disposition(name: str) -> str:
    return f'attachment; filename="{PurePosixPath(name).name}"'


def _origin(storage: Any) -> str:
    """Scheme and host of the links that a storage signs; empty when it signs none."""
    if not _signs_links(storage):
        return ""
    parts = urlsplit(storage.url("any", expire=LIFE_S))
    return f"{parts.scheme}://{parts.netloc}"


def _signs_links(storage: Any) -> bool:
    return "expire" in inspect.signature(storage.url).parameters
