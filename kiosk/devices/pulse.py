"""Asks the sound server to which microphone or loudspeaker it has connected this process's streams.

PulseAudio, and PipeWire in its place, move a stream whose device was pulled out to another one without a word, and
PortAudio and ALSA never hear of it. Only asks, never changes anything; where there is no such server, nothing is told.
"""

import ctypes
import functools
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from kiosk.domain.clock import NS, Clock
from kiosk.domain.devices import DeviceKind

LIBRARY: Final = "libpulse.so.0"
PATIENCE_NS: Final = NS // 2
"""A server that takes longer to answer is not waited for: it is asked again later."""
_TURN_US: Final = 20_000
_READY: Final = 4
_NO_AUTOSPAWN: Final = 1
_RUNNING: Final = 0


@dataclass(frozen=True, slots=True)
class Route:
    """One stream of this process. `device` is the server's name of what it is connected to, `name` is for people."""

    stream: int
    device: str
    name: str


class _SampleSpec(ctypes.Structure):
    _fields_ = (("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8))


class _ChannelMap(ctypes.Structure):
    _fields_ = (("channels", ctypes.c_uint8), ("map", ctypes.c_int * 32))


class _Volume(ctypes.Structure):
    _fields_ = (("channels", ctypes.c_uint8), ("values", ctypes.c_uint32 * 32))


_BEGINNING: Final = (
    ("index", ctypes.c_uint32),
    ("name", ctypes.c_char_p),
    ("owner_module", ctypes.c_uint32),
    ("client", ctypes.c_uint32),
    ("device", ctypes.c_uint32),
    ("sample_spec", _SampleSpec),
    ("channel_map", _ChannelMap),
)
_END: Final = (
    ("buffer_us", ctypes.c_uint64),
    ("device_us", ctypes.c_uint64),
    ("resample_method", ctypes.c_char_p),
    ("driver", ctypes.c_char_p),
)


class _Recording(ctypes.Structure):
    """The beginning of `pa_source_output_info`; later versions only add to its end."""

    _fields_ = (*_BEGINNING, *_END, ("properties", ctypes.c_void_p))


class _Playing(ctypes.Structure):
    """The beginning of `pa_sink_input_info`."""

    _fields_ = (*_BEGINNING, ("volume", _Volume), *_END, ("mute", ctypes.c_int), ("properties", ctypes.c_void_p))


class _Device(ctypes.Structure):
    """The beginning of `pa_source_info` and of `pa_sink_info`."""

    _fields_ = (("name", ctypes.c_char_p), ("index", ctypes.c_uint32), ("description", ctypes.c_char_p))


@functools.cache
def _library() -> Any:
    """The client library, or None where there is none."""
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError:
        return None
    for name in ("pa_mainloop_new", "pa_mainloop_get_api", "pa_context_new"):
        getattr(library, name).restype = ctypes.c_void_p
    for name in ("source_output", "sink_input", "source", "sink"):
        getattr(library, f"pa_context_get_{name}_info_list").restype = ctypes.c_void_p
    library.pa_proplist_gets.restype = ctypes.c_char_p
    return library


class SoundServer:
    """One connection. For one thread at a time, which also closes it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._loop: Any = None
        self._context: Any = None

    def routes(self, kind: DeviceKind) -> list[Route] | None:
        """This process's streams that record (microphone) or play (loudspeaker); None when the server does not tell."""
        library = _library()
        if library is None or not self._connected(library):
            return None
        own = str(os.getpid()).encode()
        records = kind is DeviceKind.MICROPHONE
        streams: list[tuple[int, int]] = []
        devices: dict[int, tuple[str, str]] = {}

        def stream(found: Any) -> None:
            if library.pa_proplist_gets(ctypes.c_void_p(found.properties), b"application.process.id") == own:
                streams.append((found.index, found.device))

        def device(found: Any) -> None:
            devices[found.index] = (_text(found.name), _text(found.description))

        asked = (
            self._ask(
                library, "source_output" if records else "sink_input", _Recording if records else _Playing, stream
            ),
            self._ask(library, "source" if records else "sink", _Device, device),
        )
        if not all(asked):
            self.close()
            return None
        return [Route(index, *devices[where]) for index, where in streams if where in devices]

    def close(self) -> None:
        """Ends the connection; the next question makes a new one."""
        library = _library()
        context, self._context = self._context, None
        loop, self._loop = self._loop, None
        if context is not None:
            library.pa_context_disconnect(ctypes.c_void_p(context))
            library.pa_context_unref(ctypes.c_void_p(context))
        if loop is not None:
            library.pa_mainloop_free(ctypes.c_void_p(loop))

    def _connected(self, library: Any) -> bool:
        if self._context is not None:
            return True
        self._loop = library.pa_mainloop_new()
        api = ctypes.c_void_p(library.pa_mainloop_get_api(ctypes.c_void_p(self._loop)))
        self._context = library.pa_context_new(api, b"kiosk")
        context = ctypes.c_void_p(self._context)
        begun = library.pa_context_connect(context, None, _NO_AUTOSPAWN, None) >= 0
        begun = begun and self._turn(library, lambda: library.pa_context_get_state(context) not in range(1, _READY))
        if not begun or library.pa_context_get_state(context) != _READY:
            self.close()
            return False
        return True

    def _ask(self, library: Any, what: str, kind: type[ctypes.Structure], take: Callable[[Any], None]) -> bool:
        """Whether the server has told all of them."""
        complete = False

        def told(_context: Any, found: Any, end: int, _user: Any) -> None:
            nonlocal complete
            complete = complete or end > 0
            if not end:
                take(found.contents)

        callback = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(kind), ctypes.c_int, ctypes.c_void_p)(told)
        ask = getattr(library, f"pa_context_get_{what}_info_list")
        operation = ask(ctypes.c_void_p(self._context), callback, None)
        if not operation:
            return False
        pending = ctypes.c_void_p(operation)
        self._turn(library, lambda: library.pa_operation_get_state(pending) != _RUNNING)
        library.pa_operation_cancel(pending)  # nothing calls back any more once this function has returned
        library.pa_operation_unref(pending)
        return complete

    def _turn(self, library: Any, done: Callable[[], bool]) -> bool:
        """Lets the library work until it is done; False after `PATIENCE_NS`, or when the connection broke."""
        loop = ctypes.c_void_p(self._loop)
        deadline = self._clock.now_ns() + PATIENCE_NS
        while not done():
            if self._clock.now_ns() > deadline or library.pa_mainloop_prepare(loop, _TURN_US) < 0:
                return False
            if library.pa_mainloop_poll(loop) < 0 or library.pa_mainloop_dispatch(loop) < 0:
                return False
        return True


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")
