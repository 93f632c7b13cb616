import contextlib
import os
import queue
import threading
from collections.abc import Callable, Iterator
from multiprocessing.connection import Client, Listener
from pathlib import Path

import pytest

from kiosk.system import host
from kiosk.system.channel import QUEUE, Channel, Door, connect

WAIT = 20


class End:
    """One side of a connection: what it got, and whether it ended."""

    def __init__(self) -> None:
        self.got: queue.Queue[bytes] = queue.Queue()
        self.closed = threading.Event()
        self.ended = 0

    def on_message(self, channel: Channel, message: bytes) -> None:
        self.got.put(message)

    def on_closed(self, channel: Channel) -> None:
        self.ended += 1
        self.closed.set()


class Service(End):
    """A door with what comes through it."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.opened: queue.Queue[Channel] = queue.Queue()
        self.door = Door(where, self.opened.put, self.on_message, self.on_closed, "test")
        self.door.start()


@pytest.fixture
def where() -> str:
    return host.address("channel-test")


@pytest.fixture
def service(where: str) -> Iterator[Service]:
    made = Service(where)
    yield made
    made.door.stop()
    with contextlib.suppress(queue.Empty):
        while True:
            made.opened.get_nowait().close()


@pytest.fixture
def dial(where: str) -> Iterator[Callable[[], tuple[Channel, End]]]:
    """Connects to the service; ends what it connected."""
    channels = []

    def connected() -> tuple[Channel, End]:
        end = End()
        channel = connect(where, end.on_message, end.on_closed, "caller")
        channels.append(channel)
        return channel, end

    yield connected
    for channel in channels:
        channel.close()
        channel.join(WAIT)


Dial = Callable[[], tuple[Channel, End]]


def test_messages_arrive_whole_and_in_order_both_ways(service: Service, dial: Dial) -> None:
    caller, end = dial()
    answering = service.opened.get(timeout=WAIT)
    sent = [bytes([number]) * (1 + number * 997) for number in range(100)]
    for message in sent:
        caller.send(message)
        answering.send(message[::-1])
    assert [service.got.get(timeout=WAIT) for _ in sent] == sent
    assert [end.got.get(timeout=WAIT) for _ in sent] == [message[::-1] for message in sent]


def test_whoever_comes_is_greeted_before_anything_is_read(where: str, dial: Dial) -> None:
    door = Door(where, lambda channel: channel.send(b"snapshot"), lambda *_: None, lambda *_: None, "test")
    door.start()
    _, end = dial()
    assert end.got.get(timeout=WAIT) == b"snapshot"
    door.stop()


def test_several_callers_are_served_at_once(service: Service, dial: Dial) -> None:
    ends = [dial() for _ in range(3)]
    for _ in ends:
        service.opened.get(timeout=WAIT).send(b"welcome")
    assert [end.got.get(timeout=WAIT) for _, end in ends] == [b"welcome"] * 3


def test_both_sides_are_told_once_when_one_closes(service: Service, dial: Dial) -> None:
    caller, end = dial()
    answering = service.opened.get(timeout=WAIT)
    caller.close()
    caller.close()
    assert end.closed.wait(WAIT)
    assert service.closed.wait(WAIT)
    caller.join(WAIT)
    answering.join(WAIT)
    assert (end.ended, service.ended) == (1, 1)


def test_what_is_queued_is_sent_before_an_orderly_close(service: Service, dial: Dial) -> None:
    caller, _ = dial()
    for number in range(100):
        caller.send(b"%d" % number)
    caller.close(flush_s=WAIT)
    assert [service.got.get(timeout=WAIT) for _ in range(100)] == [b"%d" % number for number in range(100)]


def test_sending_never_blocks_and_what_may_be_dropped_is_counted(where: str) -> None:
    with Listener(where, authkey=None) as listener:
        end = End()
        channel = connect(where, end.on_message, end.on_closed, "caller")
        silent = listener.accept()  # never reads
        for _ in range(4 * QUEUE):
            channel.send(b"x" * 65_536, may_drop=True)
        assert channel.dropped >= 2 * QUEUE
        assert not end.closed.is_set()
        channel.send(b"a fact")  # the queue is full: whoever does not read facts is not there
        assert end.closed.wait(WAIT)
        channel.join(WAIT)
        silent.close()


def test_sending_into_a_closed_channel_does_nothing(service: Service, dial: Dial) -> None:
    caller, end = dial()
    caller.close()
    assert end.closed.wait(WAIT)
    for _ in range(QUEUE + 10):
        caller.send(b"late")
    assert service.got.empty()


def test_a_socket_that_a_dead_process_left_is_replaced(where: str) -> None:
    if os.name == "nt":
        pytest.skip("a pipe vanishes with its process")
    Path(where).write_bytes(b"")
    service = Service(where)
    Client(where, authkey=None).close()
    service.door.stop()
    assert not Path(where).exists()


def test_nobody_at_home_is_an_os_error(where: str) -> None:
    with pytest.raises(OSError):
        connect(where, lambda *_: None, lambda *_: None, "caller")


def test_a_stopped_door_lets_nobody_in_but_leaves_open_channels(where: str, service: Service, dial: Dial) -> None:
    caller, end = dial()
    service.opened.get(timeout=WAIT)
    service.door.stop()
    service.door.stop()
    with pytest.raises(OSError):
        connect(where, lambda *_: None, lambda *_: None, "caller")
    caller.send(b"still here")
    assert service.got.get(timeout=WAIT) == b"still here"
    assert not end.closed.is_set()


def test_no_thread_is_left_behind(where: str) -> None:
    before = set(threading.enumerate())
    service = Service(where)
    end = End()
    caller = connect(where, end.on_message, end.on_closed, "caller")
    answering = service.opened.get(timeout=WAIT)
    caller.send(b"there")
    service.got.get(timeout=WAIT)
    assert {thread.name for thread in set(threading.enumerate()) - before} == {
        "test-listen",
        "test-read",
        "test-send",
        "caller-read",
        "caller-send",
    }
    caller.close()
    assert service.closed.wait(WAIT)
    caller.join(WAIT)
    answering.join(WAIT)
    service.door.stop()
    assert set(threading.enumerate()) <= before
