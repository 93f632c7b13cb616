"""Codes and tokens: who may speak to the server."""

import base64
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from kiosk.contract import receipt, wire
from kiosk.server import keys
from kiosk.server.catalogue.models import AuditEntry, EnrolCode, Kiosk
from kiosk.server.receive import tokens
from tests.server.receive.api import ApiKiosk


def test_a_code_gives_a_token_and_the_key_that_signs_receipts(database: Path) -> None:
    kiosk = ApiKiosk()
    answer = kiosk.enrol(tokens.make_code())
    assert answer.status_code == 201
    body = answer.json()
    public = base64.b64decode(body["key"])
    assert public == keys.receipt_public(settings.DATA)
    assert body["key_id"] == receipt.key_id(public)
    assert body["server"] == "test-server"
    assert kiosk.get(wire.ASSIGNMENTS).status_code == 200
    assert [entry.what for entry in AuditEntry.objects.all()] == ["enrol"]


def test_a_code_works_once(kiosk: ApiKiosk) -> None:
    code = tokens.make_code()
    assert ApiKiosk(instance="machine-2").enrol(code).status_code == 201
    again = ApiKiosk(instance="machine-3").enrol(code)
    assert (again.status_code, again.json()["error"]) == (403, "code")
    assert Kiosk.objects.count() == 2


def test_a_code_is_read_as_people_write_it(database: Path) -> None:
    code = tokens.make_code()
    sloppy = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert ApiKiosk().enrol(sloppy).status_code == 201


def test_an_old_code_is_refused(database: Path) -> None:
    code = tokens.make_code()
    EnrolCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert ApiKiosk().enrol(code).status_code == 403


def test_after_ten_wrong_codes_an_address_has_to_wait_even_with_a_right_one(database: Path) -> None:
    kiosk = ApiKiosk()
    assert {kiosk.enrol("0000-0000-0000").status_code for _ in range(10)} == {403}
    refused = kiosk.enrol(tokens.make_code())
    assert (refused.status_code, refused["Retry-After"]) == (429, "600")
    assert Kiosk.objects.count() == 0


def test_neither_code_nor_token_is_stored_in_the_clear(kiosk: ApiKiosk, database: Path) -> None:
    code = tokens.make_code()
    data = b"".join(path.read_bytes() for path in database.glob("server.sqlite3*"))
    assert kiosk.token.encode() not in data
    assert code.encode() not in data


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer wrong", "Bearer \x85\xff"])
def test_without_a_token_that_is_known_nothing_is_answered(kiosk: ApiKiosk, authorization: str) -> None:
    answer = kiosk.get(wire.ASSIGNMENTS, Authorization=authorization)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["what"] == "This server does not know this kiosk."


def test_a_revoked_token_is_refused_and_the_kiosk_can_be_enrolled_again(kiosk: ApiKiosk) -> None:
    tokens.revoke(Kiosk.objects.get(), "somebody")
    answer = kiosk.get(wire.ASSIGNMENTS)
    assert (answer.status_code, answer.json()["error"]) == (403, "revoked")
    assert kiosk.enrol(tokens.make_code()).status_code == 201
    assert kiosk.get(wire.ASSIGNMENTS).status_code == 200
    assert AuditEntry.objects.filter(what="revoke", who="somebody").count() == 1


def test_another_machine_with_the_same_token_is_refused_and_both_are_told(kiosk: ApiKiosk) -> None:
    clone = ApiKiosk(kiosk.token, "machine-2")
    for _ in range(3):
        answer = clone.get(wire.ASSIGNMENTS)
        assert (answer.status_code, answer.json()["error"]) == (409, "instance")
    assert Kiosk.objects.get().doubled_at is not None
    beat = kiosk.send("POST", wire.HEARTBEAT, wire.Heartbeat("Reception", "kiosk", "ready")).json()
    assert any("identity" in problem for problem in beat["problems"])
    assert AuditEntry.objects.filter(what="identity used twice").count() == 1


def test_refused_tokens_are_on_record_once_in_a_while(kiosk: ApiKiosk) -> None:
    for _ in range(5):
        kiosk.get(wire.ASSIGNMENTS, Authorization="Bearer wrong")
    assert AuditEntry.objects.filter(what="token refused").count() == 1


def test_the_server_s_keys_stay_the_same_and_are_its_own(database: Path) -> None:
    assert keys.receipt_seed(database) == keys.receipt_seed(database)
    assert keys.secret_key(database) == settings.SECRET_KEY
    assert (database / "receipt-key").stat().st_mode & 0o777 == 0o600
    assert database.stat().st_mode & 0o777 == 0o700
