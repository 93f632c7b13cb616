"""The other end of the recorder's channel: starts the process or finds the one that runs, sends, listens."""

import contextlib
import os
import queue
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk.domain import commands, events
from kiosk.domain.clock import NS, Clock
from kiosk.domain.errors import BadRequest, WorldFailed
from kiosk.domain.wire import decode, encode
from kiosk.system import host, places
from kiosk.system.channel import Channel, connect

OPEN_LIMIT_NS: Final = 20 * NS
RETRY_S: Final = 0.05
ANSWER_LIMIT_S: Final = 5.0
"""A recorder answers within milliseconds; a busy machine may need longer."""


def address_of(output: Path) -> str:
    """Where the recorder of an output folder listens."""
    return host.address(f"recorder-{places.name_of_output(output)}")


class RecorderClient:
    """One kiosk's hold on the recorder of one output folder.

    Args:
        on_event: called with every event, from the channel's thread.
        on_lost: called once with a sentence when the recorder is gone without having said Stopped.
    """

    def __init__(
        self,
        output: Path,
        clock: Clock,
        on_event: Callable[[events.Event], None],
        on_lost: Callable[[str], None],
    ) -> None:
        self._output = output
        self._clock = clock
        self._on_event = on_event
        self._on_lost = on_lost
        self._channel: Channel | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = threading.Event()
        self._snapshots: queue.SimpleQueue[events.Snapshot] = queue.SimpleQueue()
        self.log = places.words_of("recorder")

    def attach(self) -> bool:
        """Connects to the recorder that runs, if one does. Raises WorldFailed when it takes no callers."""
        self._ended.clear()
        try:
            self._channel = connect(address_of(self._output), self._message, self._closed, "recorder")
        except TimeoutError as error:
            raise WorldFailed(
                f"The recorder of {self._output} runs, but does not answer.",
                "Try again in a moment; if it stays so, end the process 'kiosk _recorder'. What it recorded is stored.",
            ) from error
        except OSError:
            return False
        return True

    def look(self) -> events.Snapshot | None:
        """Connects to the recorder that runs, if one does: what it says of itself. Raises WorldFailed."""
        self._snapshots = queue.SimpleQueue()
        if not self.attach():
            return None
        try:
            return self._snapshots.get(timeout=ANSWER_LIMIT_S)
        except queue.Empty:
            self.close()
            return None

    def reopen(self) -> bool:
        """After a loss: whether it was only the connection, which is there again. Otherwise a new recorder runs now.

        Raises WorldFailed when none starts.
        """
        self._leave()
        if self.attach():
            return True
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(ANSWER_LIMIT_S)  # it is gone or about to be; its lock goes with it
            self._process = None
        self.open()
        return False

    def open(self) -> None:
        """Starts a recorder and connects to it. Raises WorldFailed when one records already or none starts."""
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(ANSWER_LIMIT_S)  # the one before is about to end, and its lock goes with it
            self._process = None
        if self.attach():
            self.close()
            raise WorldFailed(
                f"An interview is being recorded into {self._output} already.",
                "Wait until it ends, or end it with 'kiosk stop'.",
            )
        command = places.own_command("_recorder", "--output", str(self._output))
        try:
            host.private_folder(self.log.parent)
            self._process = host.spawn_detached(command, self.log, os.environ)
        except OSError as error:
            where = f" ({error.filename})" if error.filename else ""
            raise WorldFailed(f"The recorder could not be started: {error.strerror}{where}.") from error
        deadline = self._clock.now_ns() + OPEN_LIMIT_NS
        while not self.attach():
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = self._process.wait(RETRY_S)
                raise WorldFailed(f"The recorder ended at once (exit code {code}).", f"Its log is {self.log}.")
            if self._clock.now_ns() > deadline:
                host.kill_tree(self._process)
                raise WorldFailed("The recorder did not answer in time.", f"Its log is {self.log}.")

    @property
    def pid(self) -> int:
        """Process id of the recorder that this client started; 0 when it started none."""
        return self._process.pid if self._process else 0

    def send(self, command: commands.Command) -> None:
        if self._channel is not None:
            self._channel.send(encode(command))

    def close(self) -> None:
        """Lets go; the recorder goes on until it is stopped or nobody comes back for two minutes."""
        self._leave()
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(0.5)
                self._process = None

    def _leave(self) -> None:
        self._ended.set()
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close(flush_s=1)
            channel.join(2)

    def _message(self, channel: Channel, data: bytes) -> None:
        del channel
        try:
            message = decode(data)
        except BadRequest:
            return  # a newer recorder may say more than we know
        if isinstance(message, events.Stopped):
            self._ended.set()
        if isinstance(message, events.Snapshot):
            self._snapshots.put(message)
        if not isinstance(message, commands.Command):
            self._on_event(message)

    def _closed(self, channel: Channel) -> None:
        del channel
        if not self._ended.is_set():
            self._ended.set()
            self._on_lost("The recorder ended unexpectedly.")
