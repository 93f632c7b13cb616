"""Microphone and loudspeaker through sounddevice (PortAudio): separate streams, small blocks.

The callbacks copy and return: no log, no file, no lock held long. PortAudio's list of devices is frozen when it starts
and dead streams stay "active", so whoever owns a stream watches the age of its blocks (`capture`). A sound server may
connect a stream to another device and not say so; that is watched here (`pulse`).
"""

import contextlib
import dataclasses
import threading
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from kiosk.devices.pulse import Route, SoundServer
from kiosk.devices.sound_system import SoundSystem
from kiosk.devices.steady_start import SteadyCount
from kiosk.domain.clock import NS, Clock
from kiosk.domain.devices import RATE, DeviceIdentity, DeviceKind, SampleBlock, Samples
from kiosk.domain.errors import DeviceFailed

BLOCK_S: Final = 0.01
MICROPHONE_LATENCY_S: Final = 0.1
ROUTE_EVERY_S: Final = 0.25
"""How often the sound server is asked where a stream is connected: a tenth of a millisecond of work."""
ROUTE_FIRST_S: Final = 0.02
UNTOLD: Final = 12
"""A sound server that says nothing so often is gone, not only held up: 3 s at least."""
CONNECTED_NS: Final = NS * 3 // 10
_BUSY: Final = -9985
_BAD_RATE: Final = -9997
_GROUP: Final = "Run: sudo usermod -aG audio ACCOUNT, then sign in again. On Windows allow apps the microphone."


def find(system: SoundSystem, kind: DeviceKind, spec: str) -> tuple[int, DeviceIdentity, dict[str, Any]]:
    """PortAudio's index, identity and description of the device that `spec` names: default, index, id or name."""
    library = system.library()
    side = "max_input_channels" if kind is DeviceKind.MICROPHONE else "max_output_channels"
    devices = [dict(device) for device in library.query_devices() if device[side] > 0]
    wanted = spec.strip()
    if wanted.lower() in {"", "default"}:
        pair = library.default.device
        number = int(pair[0] if kind is DeviceKind.MICROPHONE else pair[1])
        found = [device for device in devices if device["index"] == number] or devices[:1]
    elif wanted.isascii() and wanted.isdecimal():
        found = [device for device in devices if device["index"] == int(wanted)]
    else:
        found = [device for device in devices if wanted in {device["name"], identity(library, kind, device).id}]
        if not found:
            found = [device for device in devices if wanted.lower() in device["name"].lower()]
            if len(found) > 1:
                names = ", ".join(device["name"] for device in found)
                raise DeviceFailed(f"{wanted!r} names more than one {kind}: {names}.", "Write the whole name.")
    if not found:
        system.doubt()
        named = "There is no " + kind if not wanted else f"There is no {kind} {wanted!r}"
        raise DeviceFailed(f"{named}.", _what_exists(kind, devices))
    return int(found[0]["index"]), identity(library, kind, found[0]), found[0]


def identity(library: Any, kind: DeviceKind, device: dict[str, Any]) -> DeviceIdentity:
    """Who a device is: PortAudio knows no serial, so it is the name under its system's sound interface."""
    api = str(library.query_hostapis(device["hostapi"])["name"])
    name = str(device["name"])
    return DeviceIdentity(kind, f"{api}:{name}", name, name)


def _what_exists(kind: DeviceKind, devices: list[dict[str, Any]]) -> str:
    if not devices:
        return (
            f"The system lists no {kind}. Plug one in and see that the sound server runs. "
            "If one is plugged in, the system may refuse it to this account: sudo usermod -aG audio ACCOUNT."
        )
    return "There is: " + ", ".join(f"{device['index']} {device['name']}" for device in devices) + "."


def translate(kind: DeviceKind, name: str, error: Exception) -> DeviceFailed:
    """What PortAudio said when a stream was opened or started, in plain words."""
    text = str(error)
    low = text.lower()
    number = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], int) else 0
    if "permission" in low or "access denied" in low or "not permitted" in low:
        return DeviceFailed(f"The system refuses this account the {kind} {name}.", _GROUP)
    if number == _BUSY or "unavailable" in low or "busy" in low:
        return DeviceFailed(
            f"The {kind} {name} is in use by another program, or was unplugged.",
            "Close the other program, then try again.",
        )
    return DeviceFailed(
        f"The {kind} {name} cannot be opened ({text}).", "Plug it in again, and see that the sound server runs."
    )


class _Stream:
    """What microphone and loudspeaker share: opening at 48 kHz or the device's own rate, ending once.

    Behind a sound server the name that PortAudio knows ("default", "pulse") says nothing about the device. So from
    `start` on `identity` names the one that the server has connected, and when that changes the stream is lost.
    """

    def __init__(self, system: SoundSystem, kind: DeviceKind, spec: str, clock: Clock) -> None:
        self._system = system
        self._kind = kind
        self._clock = clock
        self._index, self.identity, self._description = find(system, kind, spec)
        self._library = system.library()
        self.rate = self._usable_rate(round(float(self._description["default_samplerate"])))
        self._stream: Any = None
        self._stopping = threading.Event()
        self._closing = threading.Lock()
        self._first = 0
        self._route: Route | None = None
        self._route_thread: threading.Thread | None = None

    def _usable_rate(self, own: int) -> int:
        check = (
            self._library.check_input_settings
            if self._kind is DeviceKind.MICROPHONE
            else self._library.check_output_settings
        )
        trouble: Exception | None = None
        for rate in (RATE, own):
            try:
                check(device=self._index, channels=1, dtype="float32", samplerate=rate)
            except (self._library.PortAudioError, ValueError) as error:
                trouble = trouble or error
                if _number(error) != _BAD_RATE:
                    break
            else:
                return rate
        self._system.doubt()
        raise translate(self._kind, self.identity.name, trouble or ValueError("no usable rate")) from trouble

    def _begin(self, make: Any, callback: Callable[..., None], latency: float, on_lost: Callable[[str], None]) -> None:
        def finished() -> None:
            if not self._stopping.is_set():
                self._stopping.set()
                on_lost(f"The {self._kind} {self.identity.name} stopped.")

        server = SoundServer(self._clock)
        with self._system.opening:
            before = {route.stream for route in server.routes(self._kind) or ()}
            try:
                self._make(make, callback, latency, finished)
            except DeviceFailed:
                server.close()
                raise
            self._route = self._connected(server, before)
        if self._route is None:
            server.close()
            return
        self.identity = dataclasses.replace(
            self.identity, id=f"{self.identity.id}:{self._route.device}", name=self._route.name or self.identity.name
        )
        self._route_thread = threading.Thread(
            target=self._watch_route, args=(server, self._route, on_lost), name=f"{self._kind}-route", daemon=True
        )
        self._route_thread.start()

    def _connected(self, server: SoundServer, before: set[int]) -> Route | None:
        """Where the stream that has just begun is connected; PipeWire does that a moment later. None: by no server."""
        deadline_ns = self._clock.now_ns() + CONNECTED_NS
        while (routes := server.routes(self._kind)) is not None and not self._stopping.is_set():
            new = [route for route in routes if route.stream not in before]
            if new:
                return max(new, key=lambda route: route.stream)
            if self._clock.now_ns() > deadline_ns:
                break
            self._stopping.wait(ROUTE_FIRST_S)
        return None

    def _watch_route(self, server: SoundServer, route: Route, on_lost: Callable[[str], None]) -> None:
        """Until the stream ends: whether it is still connected to where it began, and the server is there."""
        untold = 0
        while not self._stopping.wait(ROUTE_EVERY_S):
            routes = server.routes(self._kind)
            untold = 0 if routes is not None else untold + 1
            if untold >= UNTOLD and not self._stopping.is_set():
                self._stopping.set()
                on_lost(f"The sound server of the {self._kind} {route.name} is gone.")
            now = next((each for each in routes or () if each.stream == route.stream), route)
            if now.device != route.device and not self._stopping.is_set():
                self._stopping.set()
                on_lost(f"The {self._kind} {route.name} was taken away, and the system put {now.name} in its place.")
        server.close()

    def _make(self, make: Any, callback: Callable[..., None], latency: float, finished: Callable[[], None]) -> None:
        try:
            self._stream = make(
                device=self._index,
                samplerate=self.rate,
                blocksize=round(self.rate * BLOCK_S),
                channels=1,
                dtype="float32",
                latency=latency,
                callback=callback,
                finished_callback=finished,
            )
            self._system.opened(self)
            self._stream.start()
        except (self._library.PortAudioError, ValueError) as error:
            self.stop()
            self._system.doubt()
            raise translate(self._kind, self.identity.name, error) from error

    def stop(self) -> None:
        """Ends the stream; afterwards nothing is called. Safe to call twice."""
        self.close()
        self._system.closed(self)

    @property
    def alive(self) -> bool:
        """Whether PortAudio still runs the stream; a device that was pulled out may claim so."""
        stream = self._stream
        return stream is not None and not self._stopping.is_set() and bool(stream.active)

    def close(self) -> None:
        """Gives the stream back to PortAudio."""
        self._stopping.set()
        watching, self._route_thread = self._route_thread, None
        if watching is not None and watching is not threading.current_thread():
            watching.join(2)
        with self._closing:
            stream, self._stream = self._stream, None
        if stream is not None:
            giving = threading.Thread(target=self._give_back, args=(stream,), name=f"{self._kind}-close", daemon=True)
            giving.start()
            giving.join(self._system.close_s)
            if giving.is_alive():
                self._system.stuck(self._library)

    def _give_back(self, stream: Any) -> None:
        # A device that is gone refuses to be aborted; it is closed all the same.
        with contextlib.suppress(self._library.PortAudioError):
            stream.abort()
        with contextlib.suppress(self._library.PortAudioError):
            stream.close()


def _number(error: Exception) -> int:
    return error.args[1] if len(error.args) > 1 and isinstance(error.args[1], int) else 0


class SoundMicrophone(_Stream):
    """A real microphone (`domain.devices.Microphone`)."""

    def __init__(self, system: SoundSystem, spec: str, clock: Clock) -> None:
        super().__init__(system, DeviceKind.MICROPHONE, spec, clock)

    def start(self, on_block: Callable[[SampleBlock], None], on_lost: Callable[[str], None]) -> None:
        """The instant of a block's first sample is when the callback came, less the block: PortAudio's own times
        scatter by 30 ms, and its latency is the buffer's size and not the sound's age (measured), so subtracting it
        would stamp samples before they sounded. It tells that samples were lost, but not how many.
        """
        clock, rate, stopping = self._clock, self.rate, self._stopping

        def callback(indata: Any, frames: int, _time: Any, status: Any) -> None:
            now_ns = clock.now_ns()
            if stopping.is_set():
                return
            first = self._first
            self._first = first + frames
            anew = bool(status.input_overflow) and first > 0
            on_block(SampleBlock(first, now_ns - frames * NS // rate, indata[:, 0].copy(), anew))

        self._begin(self._library.InputStream, callback, MICROPHONE_LATENCY_S, on_lost)


class SoundLoudspeaker(_Stream):
    """A real loudspeaker (`domain.devices.Loudspeaker`). `fill` is first called once it plays evenly."""

    def __init__(self, system: SoundSystem, spec: str, clock: Clock) -> None:
        super().__init__(system, DeviceKind.LOUDSPEAKER, spec, clock)
        self.audible = True
        self.ran_dry = False
        self._least_s = float(self._description.get("default_low_output_latency", 0.0))

    def start(self, fill: Callable[[Samples, int, int], None], on_lost: Callable[[str], None]) -> None:
        """A block sounds when what waits before it has been played: PortAudio's two times of one callback differ by
        that (right within 6 ms and even within 0.5 ms on PulseAudio, measured), where it knows them; its nominal
        latency was wrong by 90 ms and stands in only where it does not (MME, DirectSound).
        """
        clock, stopping, system, known_as = self._clock, self._stopping, self._system, self.identity.id
        count = SteadyCount(self.rate)
        holds_s = system.latency_s(known_as)
        latency_s = max(holds_s, self._least_s)
        latency_ns = round(latency_s * NS)

        def callback(outdata: Any, frames: int, time: Any, status: Any) -> None:
            now_ns = clock.now_ns()
            ahead_ns = round((time.outputBufferDacTime - time.currentTime) * NS)
            t_ns = now_ns + (ahead_ns if 0 < ahead_ns < 2 * NS else latency_ns)
            was_steady, first = count.steady, count.add(now_ns, t_ns, frames)
            if was_steady and count.steady and status.output_underflow and not self.ran_dry:
                self.ran_dry = system.ran_dry(known_as, holds_s)
            out: Samples = np.zeros(frames, np.float32)
            if first is not None and not stopping.is_set():
                fill(out, first, t_ns)
            outdata[:, 0] = out

        self._begin(self._library.OutputStream, callback, latency_s, on_lost)
