"""What was set up: configuration, policy, server, kiosk mode, and what the last self-test found."""

from datetime import datetime, timedelta
from typing import Final

from kiosk.config import DEFAULT, Config, Loaded, policy_place
from kiosk.domain.clock import Clock
from kiosk.domain.errors import KioskError
from kiosk.domain.finding import Finding, Grade
from kiosk.outbox import enrolment, self_tests
from kiosk.outbox.answers import Later, NotAllowed
from kiosk.outbox.link import Route
from kiosk.outbox.reach import Reached, reach

CERTIFICATE_DAYS: Final = 21.0
CLOCK_OFF_S: Final = 5.0
CLOCK_WRONG_S: Final = 60.0
SELF_TEST_AGE: Final = timedelta(hours=26)
"""A daily one that is older did not run."""


def examine_configuration(loaded: Loaded) -> list[Finding]:
    """Whether somebody's wishes are passed over, and whether a policy holds."""
    said = [source for source in loaded.sources.values() if source != DEFAULT]
    fact = f"The configuration is right: {len(said)} of {len(loaded.sources)} keys are set."
    findings = [Finding("configuration", Grade.OK, fact)]
    ask = "Take it out there, or ask the administrator."
    findings += [Finding("configuration", Grade.WARN, words, ask) for words in loaded.passed_over]
    if loaded.fixed:
        fact = f"The policy {policy_place()} sets {len(loaded.fixed)} keys, and only the administrator can write it."
    else:
        fact = f"There is no policy ({policy_place()}): this account may set everything."
    return [*findings, Finding("policy", Grade.OK, fact, "", len(loaded.fixed), "keys")]


def examine_server(config: Config, clock: Clock) -> list[Finding]:
    """Asks the server whether it takes this kiosk."""
    try:
        who = enrolment.load()
    except KioskError as error:
        return [Finding("server", Grade.BAD, error.what, error.remedy)]
    url = who.url if who is not None else config.server_url
    if not url:
        return [Finding("server", Grade.OK, "This kiosk is not enrolled with a server: recordings stay here.")]
    if who is not None and config.server_url not in {"", who.url}:
        fact = f"This kiosk is enrolled with {who.url}, and its configuration names {config.server_url}."
        return [Finding("server", Grade.BAD, fact, "Enrol it with 'kiosk enrol --replace CODE'.")]
    try:
        reached = reach(Route(url, config.server_proxy, config.server_ca_file), who, clock)
    except NotAllowed as error:
        return [Finding("server", Grade.BAD, error.what, error.remedy or "Enrol it again: 'kiosk enrol --replace'.")]
    except Later as error:  # recordings wait here meanwhile, and nothing is lost
        return [Finding("server", Grade.WARN, error.what, error.remedy)]
    except KioskError as error:
        return [Finding("server", Grade.BAD, error.what, error.remedy)]
    if who is None:
        fact = f"The server {url} answers, and this kiosk is not enrolled with it: recordings stay here."
        return [Finding("server", Grade.WARN, fact, "Enrol it with 'kiosk enrol CODE'."), *_told(reached)]
    return [Finding("server", Grade.OK, f"The server {who.server} ({url}) takes this kiosk."), *_told(reached)]


def _told(reached: Reached) -> list[Finding]:
    findings = []
    days, ahead = reached.certificate_days, reached.ahead_s
    if days is not None:
        fact = f"The server's certificate is valid for {days:.0f} more days."
        good = days >= CERTIFICATE_DAYS
        remedy = "" if good else "Tell whoever looks after the server to renew it."
        findings.append(Finding("certificate", Grade.OK if good else Grade.WARN, fact, remedy, round(days), "days"))
    if ahead is not None:
        off = abs(ahead)
        fact = f"The clock is {off:.0f} s {'ahead of' if ahead >= 0 else 'behind'} the server's."
        grade = Grade.BAD if off > CLOCK_WRONG_S else Grade.WARN if off > CLOCK_OFF_S else Grade.OK
        remedy = "" if grade is Grade.OK else "Turn on time synchronisation on this machine and on the server."
        findings.append(Finding("clock-server", grade, fact, remedy, round(ahead), "s"))
    return findings


def examine_self_test(config: Config, clock: Clock) -> Finding:
    """What the last self-test said, and whether it is the one of today."""
    last = self_tests.last()
    if last is None:
        if not config.self_test_at:
            return Finding("self-test", Grade.OK, "No self-test was made, and none is asked for ('self_test_at').")
        fact = f"No self-test was made yet; one is due at {config.self_test_at}."
        return Finding("self-test", Grade.WARN, fact, "Run 'kiosk selftest'.")
    age = clock.wall() - datetime.fromisoformat(last.at)
    hours = round(age.total_seconds() / 3600, 1)
    fact = f"Self-test of {last.at[:16].replace('T', ' ')}: {last.sentence}"
    if not last.good:
        return Finding("self-test", Grade.BAD, fact, last.remedy or "Run 'kiosk selftest' again.", hours, "h")
    if config.self_test_at and age > SELF_TEST_AGE:
        remedy = "See that the kiosk, or its timer for 'kiosk selftest', runs at that hour."
        return Finding("self-test", Grade.WARN, f"{fact} None was made since.", remedy, hours, "h")
    return Finding("self-test", Grade.OK, fact, "", hours, "h")
