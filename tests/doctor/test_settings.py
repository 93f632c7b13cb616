"""What is said of the server, the policy and the last self-test."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.config import Config, Loaded, load
from kiosk.doctor.settings import examine_configuration, examine_self_test, examine_server
from kiosk.domain.clock import SystemClock
from kiosk.domain.finding import Finding, Grade, worst
from kiosk.domain.self_test import SelfTest
from kiosk.domain.wire import plain
from kiosk.outbox import self_tests
from kiosk.outbox.process import ENROLMENT
from kiosk.system import notes
from tests.outbox import authority
from tests.outbox.faulty import Faulty


class HandClock(SystemClock):
    """Its wall clock is set by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def wall(self) -> datetime:
        return self.at


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KIOSK_STATE", str(tmp_path / "state"))
    return iter(())


def config(tmp_path: Path, **keys: object) -> Config:
    return load(keys, None, {}, machine_file=tmp_path / "m", user_file=tmp_path / "u").config


def enrol(server: Faulty) -> None:
    notes.write(ENROLMENT, plain(server.enrolment()))


def by_check(found: list[Finding]) -> dict[str, Finding]:
    return {finding.check: finding for finding in found}


def test_without_a_server_all_is_well(tmp_path: Path) -> None:
    (found,) = examine_server(config(tmp_path), SystemClock())
    assert (found.grade, found.fact) == (
        Grade.OK,
        "This kiosk is not enrolled with a server: recordings stay here.",
    )


def test_a_server_that_takes_this_kiosk_is_named_with_its_clock(tmp_path: Path) -> None:
    with Faulty() as server:
        enrol(server)
        found = by_check(examine_server(config(tmp_path), SystemClock()))
        assert found["server"].grade is Grade.OK
        assert found["clock-server"].grade is Grade.OK
        assert abs(found["clock-server"].number or 0) <= 3
        late = HandClock(datetime.now(UTC) - timedelta(seconds=90))
        behind = by_check(examine_server(config(tmp_path), late))["clock-server"]
        assert behind.grade is Grade.BAD
        assert "behind the server's" in behind.fact


def test_a_certificate_that_ends_soon_is_told_before_it_does(tmp_path: Path) -> None:
    made = authority.make(tmp_path / "tls")
    with Faulty(tls=(made.certificate, made.key)) as server:
        enrol(server)
        trusting = config(tmp_path, server_ca_file=made.authority)
        found = by_check(examine_server(trusting, SystemClock()))
        assert found["server"].grade is Grade.OK, found
        assert (found["certificate"].grade, found["certificate"].number) == (Grade.WARN, 1)
        (distrusted,) = examine_server(config(tmp_path), SystemClock())
        assert distrusted.grade is Grade.WARN
        assert "not trusted" in distrusted.fact
        assert "ca_file" in distrusted.remedy


def test_a_server_that_is_away_refuses_or_is_another_one_is_told(tmp_path: Path) -> None:
    with Faulty() as server:
        named = config(tmp_path, server_url=server.url)
        found = by_check(examine_server(named, SystemClock()))
        assert found["server"].grade is Grade.WARN, "it is there, and the kiosk is not enrolled"
        assert "kiosk enrol CODE" in found["server"].remedy
        enrol(server)
        assert by_check(examine_server(named, SystemClock()))["server"].grade is Grade.OK
        (other,) = examine_server(config(tmp_path, server_url="https://other.example.org"), SystemClock())
        assert (other.grade, "--replace" in other.remedy) == (Grade.BAD, True)
        server.fault = lambda method, path: "401"
        (refused,) = examine_server(config(tmp_path), SystemClock())
        assert refused.grade is Grade.BAD
    (away,) = examine_server(config(tmp_path), SystemClock())
    assert away.grade is Grade.WARN, "recordings wait, and nothing is lost"


def test_what_the_policy_passes_over_is_told(tmp_path: Path) -> None:
    loaded = load({}, None, {"KIOSK_THEME": "dark"}, machine_file=tmp_path / "m", user_file=tmp_path / "u")
    configuration, policy = examine_configuration(loaded)
    assert configuration.fact.startswith("The configuration is right: 1 of ")
    assert policy.fact.startswith("There is no policy")
    under = Loaded(loaded.config, loaded.sources, frozenset({"theme"}), ("KIOSK_THEME: theme: is set.",))
    found = examine_configuration(under)
    assert [finding.grade for finding in found] == [Grade.OK, Grade.WARN, Grade.OK]
    assert found[2].number == 1


def test_a_self_test_is_good_bad_missing_or_old(tmp_path: Path) -> None:
    morning = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
    clock = HandClock(morning + timedelta(hours=2))
    daily = config(tmp_path, self_test_at="06:30")
    assert examine_self_test(config(tmp_path), clock).grade is Grade.OK, "none is asked for"
    assert examine_self_test(daily, clock).grade is Grade.WARN
    self_tests.keep(SelfTest(morning.isoformat(), good=True, sentence="All is well."))
    found = examine_self_test(daily, clock)
    assert (found.grade, found.number) == (Grade.OK, 2.0)
    assert found.fact == "Self-test of 2026-11-22 06:30: All is well."
    clock.at += timedelta(days=1, hours=1)
    assert examine_self_test(daily, clock).grade is Grade.WARN
    assert examine_self_test(config(tmp_path), clock).grade is Grade.OK
    self_tests.keep(SelfTest(morning.isoformat(), good=False, sentence="No sound.", remedy="Plug it in."))
    found = examine_self_test(daily, clock)
    assert (found.grade, found.remedy) == (Grade.BAD, "Plug it in.")
    assert worst([found]) is Grade.BAD
