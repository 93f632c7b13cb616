"""Who may see and do what: signed out, each role, and what of it is on record."""

import hashlib
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.template.loader import get_template
from django.test import Client
from django.urls import NoReverseMatch, reverse

from kiosk.server.catalogue import accounts
from kiosk.server.catalogue.accounts import ROLES
from kiosk.server.catalogue.models import AuditEntry
from kiosk.server.review.access import ALLOWED, Act
from kiosk.server.review.urls import urlpatterns
from tests.server.review import material

pytestmark = pytest.mark.usefixtures("database")

OPEN = {"sign-in", "sign-out"}
ANY = uuid.uuid4()


def address(name: str) -> str:
    for values in ([], ["4711"], [ANY], ["4711", ANY], ["4711", "0" * 64]):
        try:
            return str(reverse(name, args=values))
        except NoReverseMatch:
            continue
    raise AssertionError(f"no address for {name}")


@pytest.mark.parametrize("name", [pattern.name for pattern in urlpatterns if pattern.name not in OPEN])
def test_signed_out_every_address_leads_to_the_sign_in_and_nothing_else(name: str) -> None:
    for answer in (Client().get(address(name)), Client().post(address(name))):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in")


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_refused_what_it_is_not_for(role: str) -> None:
    client = material.signed_in("somebody", role)
    guarded: dict[str, Any] = {pattern.name: pattern.callback for pattern in urlpatterns}
    refused = 0
    for name, view in guarded.items():
        acts = getattr(getattr(view, "__wrapped__", view), "acts", None)
        if acts is None:
            assert name in {"sign-in", "sign-out", "password"}
        elif not ALLOWED[role].intersection(acts):
            refused += 1
            assert client.get(address(name)).status_code == 403, name
            assert client.post(address(name)).status_code == 403, name
    assert refused


EVERYBODY = set(ROLES)
PLANS = {accounts.ADMINISTRATOR}
MAY = {
    "planning": PLANS,
    "planning-new": PLANS,
    "plan": PLANS,
    "plan-name": PLANS,
    "plan-ask": PLANS,
    "plan-remove": PLANS,
    "take-back": PLANS,
    "interviews": EVERYBODY,
    "interview": EVERYBODY,
    "interview-text": EVERYBODY,
    "interview-file": EVERYBODY,
    "interview-new": PLANS,
    "interview-change": PLANS,
    "interview-delete": PLANS,
    "accounts": PLANS,
    "account-new": PLANS,
    "account": PLANS,
    "account-password": PLANS,
    "account-close": PLANS,
    "account-open": PLANS,
    "enrol-code": PLANS,
    "revoke": PLANS,
}
"""Of what changes the catalogue or accounts, who may; said once more here, so that no view's own word decides."""


@pytest.mark.parametrize("role", ["", *ROLES])
def test_whoever_may_plan_enrol_and_see_to_accounts_is_an_administrator(role: str) -> None:
    client = material.signed_in("somebody", *[role] if role else [])
    for name, may in MAY.items():
        for answer in (client.get(address(name)), client.post(address(name))):
            assert (answer.status_code == 403) == (role not in may), (name, answer.status_code)
    listed = {pattern.name for pattern in urlpatterns if pattern.name.startswith(("plan", "interview", "account"))}
    assert listed <= set(MAY), "an address is missing in the table"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_the_lists_it_is_for_and_its_menu_has_no_other(role: str) -> None:
    client = material.signed_in("somebody", role)
    lists = {
        "candidates": {Act.WATCH},
        "unassigned": {Act.WATCH, Act.ASSIGN},
        "planning": {Act.ASSIGN},
        "interviews": {Act.WATCH, Act.ASSIGN},
        "kiosks": {Act.FLEET},
        "accounts": {Act.ACCOUNTS},
        "audit": {Act.RECORDS},
    }
    open_ = {name for name, acts in lists.items() if ALLOWED[role] & acts}
    assert {name for name in lists if client.get(address(name)).status_code == 200} == open_
    menu = client.get("/kiosks").content.decode().partition("<nav")[2].partition("</nav>")[0]
    assert set(re.findall(r'href="/([a-z]+)"', menu)) == open_


def test_an_account_without_a_role_sees_the_page_that_says_so() -> None:
    answer = material.signed_in("nobody").get("/candidates")
    assert answer.status_code == 403
    assert b"not open to you" in answer.content


def test_the_first_administrator_may_do_everything() -> None:
    client = material.signed_in("root", superuser=True)
    for name in ("candidates", "unassigned", "planning", "interviews", "kiosks", "accounts", "audit"):
        assert client.get(address(name)).status_code == 200
    assert set(Act) == frozenset().union(*ALLOWED.values())


def test_the_roles_exist_from_the_first_migration_on() -> None:
    assert set(Group.objects.values_list("name", flat=True)) >= set(ROLES)


def test_one_begins_where_ones_work_is() -> None:
    assert material.signed_in("eve", "reviewer").get("/")["Location"] == "/candidates"
    assert material.signed_in("tom", "administrator").get("/")["Location"] == "/kiosks"


def test_sign_in_refusal_and_sign_out_are_on_record_and_a_mistyped_password_is_not() -> None:
    material.account("eve", "reviewer", password=material.PASSWORD)
    client = Client()
    wrong = client.post("/sign-in", {"username": "eve", "password": "no"})
    assert wrong.status_code == 200
    assert b"do not belong together" in wrong.content
    client.post("/sign-in", {"username": "my secret", "password": "no"})
    right = client.post("/sign-in", {"username": "eve", "password": material.PASSWORD})
    assert right.status_code == 302
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    client.post("/sign-out")
    assert client.get("/candidates").status_code == 302
    told = [(entry.who, entry.what) for entry in AuditEntry.objects.order_by("pk")]
    assert told == [
        ("eve", "sign-in refused"),
        ("an unknown account", "sign-in refused"),
        ("eve", "sign-in"),
        ("eve", "sign-out"),
    ]
    assert AuditEntry.objects.first().address == "127.0.0.1"


def test_wrong_passwords_are_throttled_also_for_the_right_one_afterwards() -> None:
    material.account("eve", "reviewer", password=material.PASSWORD)
    client = Client()
    answers = [client.post("/sign-in", {"username": "eve", "password": "no"}).status_code for _ in range(6)]
    assert answers[0] == 200
    assert answers[-1] == 429
    last = client.post("/sign-in", {"username": "eve", "password": material.PASSWORD})
    assert last.status_code == 429
    assert b"quarter of an hour" in last.content


def test_a_form_without_its_token_is_refused_with_a_page_of_ours() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/sign-in", {"username": "eve", "password": "no"})
    assert answer.status_code == 403
    assert b"Please try that again" in answer.content


def test_the_password_is_changed_and_that_is_on_record() -> None:
    client = Client()
    user = material.account("eve", "reviewer", password=material.PASSWORD)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    new = "another long quiet password"
    answer = client.post(
        "/password", {"old_password": material.PASSWORD, "new_password1": new, "new_password2": new}, follow=True
    )
    assert b"Your password is changed" in answer.content
    assert AuditEntry.objects.filter(who="eve", what="password changed").count() == 1


def test_a_password_that_somebody_else_made_opens_nothing_but_the_page_to_choose_another() -> None:
    password = accounts.make("eve", [accounts.REVIEWER])
    client = Client()
    assert client.post("/sign-in", {"username": "eve", "password": password})["Location"] == "/"
    for path in ("/", "/candidates", "/kiosks"):
        assert client.get(path)["Location"] == "/password"
    page = client.get("/password").content.decode()
    assert "Choose your password" in page
    assert "<nav" in page
    assert 'href="/candidates"' not in page
    same = {"old_password": password, "new_password1": password, "new_password2": password}
    assert b"Please choose another one" in client.post("/password", same).content
    weak = {"old_password": password, "new_password1": "password123", "new_password2": "password123"}
    assert b"too common" in client.post("/password", weak).content
    assert client.get("/candidates").status_code == 302
    new = "another long quiet password"
    client.post("/password", {"old_password": password, "new_password1": new, "new_password2": new})
    assert client.get("/candidates").status_code == 200


def test_pages_are_strict_about_scripts_frames_and_caches() -> None:
    answer = material.signed_in("eve", "reviewer").get("/candidates")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cache-Control"] == "no-store"


def test_static_files_are_kept_by_browsers_under_an_address_that_tells_which_bytes_they_are() -> None:
    client = Client()
    [link] = re.findall(r'<link rel="stylesheet" href="([^"]+)"', client.get("/sign-in").content.decode())
    answer = client.get(link)
    found = hashlib.sha256(b"".join(answer)).hexdigest()
    assert link == f"/static/review/review.css?{found[:10]}"
    assert answer["Cache-Control"] == "max-age=2592000, public"


def test_no_template_holds_a_script_or_style_of_its_own_or_loads_from_elsewhere() -> None:
    folder = Path(__file__).parents[3] / "kiosk" / "server" / "review" / "templates"
    for path in folder.rglob("*.html"):
        words = path.read_text(encoding="utf-8")
        assert "style=" not in words, path
        assert "<style" not in words, path
        assert " on" + "click" not in words, path
        assert "http" not in words, path
        assert words.count("<script") == words.count("<script src="), path


@pytest.mark.parametrize("status", ["400", "403", "403_csrf", "404", "500"])
def test_every_error_has_a_page_that_needs_nothing(status: str) -> None:
    page = get_template(f"{status}.html").render()
    assert "<h1>" in page
    assert "Traceback" not in page


@pytest.mark.parametrize("path", ["/nothing", f"/candidates/4711/{ANY}", "/candidates/unknown"])
def test_what_is_not_there_has_a_page_of_ours(path: str) -> None:
    answer = material.signed_in("eve", "reviewer").get(path)
    assert answer.status_code == 404
    assert b"There is nothing here" in answer.content
