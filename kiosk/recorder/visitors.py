"""Whoever is connected to the recorder: the kiosk that leads the interview, and others who only look.

Channels call in from their own threads; everything else belongs to the service's.
"""

from collections.abc import Callable
from typing import TypeAlias

from kiosk.domain import commands, events
from kiosk.domain.errors import BadRequest
from kiosk.domain.wire import decode, encode
from kiosk.system.channel import Channel, Door

__all__ = ["Channel", "Gone", "Said", "Visitors"]


class Gone:
    """A visitor went."""


Said: TypeAlias = tuple[Channel, commands.Command | Gone]
"""Who, and what."""


class Visitors:
    """Args:
    where: address to listen at.
    snapshot: what whoever comes is told first; called from the listening thread.
    post: takes what they say, from any thread.
    """

    def __init__(self, where: str, snapshot: Callable[[], events.Snapshot], post: Callable[[Said], None]) -> None:
        self._snapshot = snapshot
        self._post = post
        self._channels: list[Channel] = []
        self._leaders: set[Channel] = set()
        self._door = Door(where, self._opened, self._received, self._closed, "recorder")

    def start(self) -> None:
        self._door.start()

    def stop(self) -> None:
        """Everybody gets what was said, then the connections end."""
        self._door.stop()
        for channel in tuple(self._channels):
            channel.close(flush_s=2)
            channel.join(2)

    def __bool__(self) -> bool:
        """Whether anybody is there."""
        return bool(self._channels)

    @property
    def led(self) -> bool:
        """Whether somebody is there who asked for more than a look or an end."""
        return bool(self._leaders)

    def asked(self, channel: Channel, command: commands.Command) -> None:
        """Remembers who leads."""
        if not isinstance(command, commands.Stop | commands.Simulate):
            self._leaders.add(channel)

    def gone(self, channel: Channel) -> None:
        if channel in self._channels:
            self._channels.remove(channel)
        self._leaders.discard(channel)

    def tell(self, event: events.Event) -> None:
        """Tells everybody; a slow reader misses what may be missed, and is dropped for the rest."""
        data = encode(event)
        may_drop = isinstance(event, events.Progress | events.Durable)
        for channel in tuple(self._channels):
            channel.send(data, may_drop=may_drop)

    def _opened(self, channel: Channel) -> None:
        channel.send(encode(self._snapshot()))
        self._channels.append(channel)

    def _received(self, channel: Channel, data: bytes) -> None:
        try:
            message = decode(data)
        except BadRequest as error:
            channel.send(encode(events.Failed("", error.code, error.what, error.remedy)))
            return
        if isinstance(message, commands.Command):
            self._post((channel, message))

    def _closed(self, channel: Channel) -> None:
        self._post((channel, Gone()))
