"""Accounts in the browser: made, given roles and passwords, closed; never one's own, never the last administrator."""

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from kiosk.server.catalogue import accounts as rules
from kiosk.server.catalogue.models import AuditEntry
from tests.server.review import material

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def tom() -> Client:
    return material.signed_in("tom", "administrator")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def number(name: str) -> int:
    return int(get_user_model().objects.get(username=name).pk)


def shown(answer: Any) -> str:
    [password] = re.findall(r'<p class="big password" tabindex="0">([^<]+)</p>', text(answer))
    return str(password)


def signs_in(name: str, password: str) -> bool:
    return bool(Client().post("/sign-in", {"username": name, "password": password}).status_code == 302)


def told() -> list[tuple[str, str]]:
    found = AuditEntry.objects.filter(who="tom").exclude(what="sign-in").order_by("pk")
    return list(found.values_list("what", "subject"))


def test_an_account_is_made_its_password_shown_once_and_kept_as_a_hash(tom: Client) -> None:
    answer = tom.post("/accounts/new", {"name": "eve", "roles": ["reviewer"]})
    password = shown(answer)
    assert answer["Cache-Control"] == "no-store"
    assert signs_in("eve", password)
    assert password not in str(get_user_model().objects.values().get(username="eve"))
    assert password not in text(tom.get("/accounts")) + text(tom.get(f"/accounts/{number('eve')}"))
    assert not any(password in f"{one.detail}{one.subject}" for one in AuditEntry.objects.all())
    assert "Password to be chosen" in text(tom.get("/accounts"))
    assert told() == [("account made", "eve")]


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"name": "a b", "roles": ["reviewer"]}, "cannot be called"),
        ({"name": "tom", "roles": ["reviewer"]}, "already exists"),
        ({"name": "eve"}, "Choose one at least"),
        ({"name": "eve", "roles": ["boss"]}, "boss is not one of"),
    ],
    ids=["an odd name", "a name that is taken", "no role", "an unknown role"],
)
def test_what_is_wrong_is_told_and_no_account_is_made(tom: Client, sent: dict[str, Any], why: str) -> None:
    answer = tom.post("/accounts/new", sent)
    assert (answer.status_code, why in text(answer)) == (422, True)
    assert [one.username for one in get_user_model().objects.all()] == ["tom"]


def test_roles_are_changed_and_hold_at_once(tom: Client) -> None:
    eve = material.signed_in("eve", "reviewer")
    assert eve.get("/audit").status_code == 403
    tom.post(f"/accounts/{number('eve')}", {"roles": ["privacy officer"]})
    assert eve.get("/audit").status_code == 200
    assert tom.post(f"/accounts/{number('eve')}", {"roles": []}).status_code == 422
    assert eve.get("/audit").status_code == 200
    assert told() == [("account changed", "eve")]


def test_a_new_password_ends_the_old_one_where_it_is_signed_in_and_the_pause_after_wrong_ones(tom: Client) -> None:
    material.account("eve", "reviewer", password=material.PASSWORD)
    eve = Client()
    eve.post("/sign-in", {"username": "eve", "password": material.PASSWORD})
    assert eve.get("/candidates").status_code == 200
    for _ in range(6):
        Client().post("/sign-in", {"username": "eve", "password": "no"})
    password = shown(tom.post(f"/accounts/{number('eve')}/password"))
    assert eve.get("/candidates")["Location"].startswith("/sign-in")
    assert not signs_in("eve", material.PASSWORD)
    assert signs_in("eve", password)
    assert told() == [("password given", "eve")]


def test_closing_is_asked_signs_out_and_can_be_undone_with_a_new_password(tom: Client) -> None:
    eve = material.signed_in("eve", "reviewer")
    assert "Close eve?" in text(tom.get(f"/accounts/{number('eve')}/close"))
    assert eve.get("/candidates").status_code == 200
    tom.post(f"/accounts/{number('eve')}/close")
    assert eve.get("/candidates").status_code == 302
    assert "Closed" in text(tom.get("/accounts"))
    assert tom.post(f"/accounts/{number('eve')}/close").status_code == 404
    password = shown(tom.post(f"/accounts/{number('eve')}/open"))
    assert signs_in("eve", password)
    assert told() == [("account closed", "eve"), ("account opened again", "eve"), ("password given", "eve")]


@pytest.mark.parametrize("what", ["", "/password", "/close", "/open"])
def test_nobody_changes_their_own_account_here_nor_one_that_may_more(tom: Client, what: str) -> None:
    material.signed_in("root", superuser=True)
    if what == "/open":
        get_user_model().objects.filter(username="root").update(is_active=False)
    for name in ("tom", "root"):
        if (name, what) != ("tom", "/open"):
            assert tom.post(f"/accounts/{number(name)}{what}", {"roles": ["reviewer"]}).status_code == 403
    assert get_user_model().objects.get(username="tom").is_active
    assert told() == []


def test_its_own_account_and_a_greater_one_say_why_they_cannot_be_changed(tom: Client) -> None:
    material.signed_in("root", superuser=True)
    assert "This is your own account" in text(tom.get(f"/accounts/{number('tom')}"))
    assert "This account may do everything" in text(tom.get(f"/accounts/{number('root')}"))


def test_of_two_who_close_each_other_one_stays(tom: Client) -> None:
    ada = material.signed_in("ada", "administrator")
    tom.post(f"/accounts/{number('ada')}/close")
    assert ada.post(f"/accounts/{number('tom')}/close").status_code == 302
    assert [one.username for one in rules.administrators()] == ["tom"]
