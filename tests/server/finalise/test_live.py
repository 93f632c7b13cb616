import threading
from datetime import timedelta
from pathlib import Path

import av
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from kiosk.server.catalogue.models import Recording, RecordingState
from kiosk.server.finalise import live, stored
from kiosk.server.finalise.worker import Worker
from tests.server.finalise.material import Sent, add_chunk, cuts, film, send, stored_names

pytestmark = pytest.mark.usefixtures("database")


def seconds(name: str) -> float:
    with av.open(default_storage.path(name)) as container:
        return sum(1 for _ in container.decode(video=0)) / 30


def provisional_files() -> list[str]:
    """The films; each has its index beside it, and no index is there without its film."""
    names = [name for name in stored_names() if "provisional" in name]
    films = [name for name in names if name.endswith(".mp4")]
    assert sorted(names) == sorted([*films, *map(stored.index_name, films)])
    return films


def burned(*numbers: int) -> Sent:
    """A kiosk that sent these chunks of six seconds, and nothing more."""
    sent = send(6.0, complete=False)
    sent.recording.chunks.exclude(number__in=numbers).delete()
    return sent


def test_what_arrived_is_watchable_up_to_the_last_chunk() -> None:
    sent = burned(0, 1)
    name = live.provisional(sent.row())
    assert name == f"interview_recordings/provisional/{sent.session}/000002.mp4"
    assert seconds(name) == pytest.approx(4.0, abs=0.05)
    assert live.provisional(sent.row()) == name


def test_it_ends_before_a_hole() -> None:
    name = live.provisional(burned(0, 2).row())
    assert name is not None
    assert seconds(name) == pytest.approx(2.0, abs=0.05)


def test_without_the_first_chunk_there_is_nothing() -> None:
    assert live.provisional(burned(1, 2).row()) is None
    assert provisional_files() == []


def test_while_more_arrives_it_is_renewed_now_and_then() -> None:
    sent = burned(0)
    first = live.provisional(sent.row())
    assert first is not None
    add_chunk(sent.recording, 1, 1, cuts(6.0)[1])
    assert live.provisional(sent.row()) == first  # a minute old at most
    path = Path(default_storage.path(first))
    old = path.stat().st_mtime - 2 * live.RENEW_S
    import os

    os.utime(path, (old, old))
    second = live.provisional(sent.row())
    assert second is not None
    assert second != first
    assert seconds(second) == pytest.approx(4.0, abs=0.05)
    assert provisional_files() == [first, second]  # somebody may be watching the first


def test_the_worker_makes_it_when_nothing_came_for_a_while_and_it_goes_when_the_recording_is_stored() -> None:
    sent = burned(0, 1, 2)
    Worker(threading.Event(), quiet_s=3600).drain()
    assert provisional_files() == []
    Recording.objects.update(received_at=timezone.now() - timedelta(seconds=20))
    Worker(threading.Event(), quiet_s=10).drain()
    assert provisional_files() == [f"interview_recordings/provisional/{sent.session}/000003.mp4"]

    told = send(6.0)
    told.recording.segments.update(recording=sent.recording, file=f"interview_{sent.session}_20261122_140307_01.mp4")
    told.recording.session.delete()
    Recording.objects.update(state=RecordingState.COMPLETE)
    Worker(threading.Event(), quiet_s=10).drain()
    assert sent.row().state == RecordingState.STORED
    assert provisional_files() == []
    assert live.provisional(sent.row()) is None


def test_segments_are_joined_and_it_ends_where_one_is_not_all_there() -> None:
    sent = send(4.0, 4.0, 2.0, complete=False)
    name = live.provisional(sent.row())
    assert name is not None
    assert seconds(name) == pytest.approx(10.0, abs=0.1)

    other = send(4.0, 4.0, 2.0)
    other.recording.chunks.filter(segment=2, number=1).delete()
    runs = live.watchable(other.row())
    assert [len(run) for run in runs] == [2, 1]


def test_what_cannot_be_read_is_tried_once_until_more_comes(caplog: pytest.LogCaptureFixture) -> None:
    sent = send(4.0, chunks=[[b"no film at all" * 1000]], complete=False)
    assert live.provisional(sent.row()) is None
    assert live.provisional(sent.row()) is None
    assert caplog.text.count("cannot be watched yet") == 1


def test_a_stored_recording_has_no_provisional_one() -> None:
    sent = send(2.0)
    Worker(threading.Event()).drain()
    assert live.provisional(sent.row()) is None
    assert len(film(2.0)) > 0
