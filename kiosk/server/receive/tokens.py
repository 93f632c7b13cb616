"""Who is asking: one-time codes that enrol a kiosk, and the tokens that it carries afterwards.

Codes and tokens are stored as hashes only; neither is ever logged. A token is 256 random bits, so its hash needs no
salt and can be looked up; a code has 60 bits, lives an hour and can be tried ten times in ten minutes by an address.
"""

import hashlib
import re
import secrets
from datetime import timedelta
from typing import Final

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from kiosk.contract import wire
from kiosk.server.catalogue import audit
from kiosk.server.catalogue.models import EnrolCode, Kiosk
from kiosk.server.receive.answers import refuse
from kiosk.server.receive.statements import Question

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter that is taken for another."""
LIFE: Final = timedelta(hours=1)
TRIES: Final = 10
WINDOW_S: Final = 600
QUIET_S: Final = 60
"""Of one cause and address, one audit entry in this time."""
_BY_TOKEN: Final = Question(Kiosk.objects.all(), "token_sha256")


def make_code() -> str:
    """A new one-time code, such as 7K4M-Q2XZ-9HTP; valid for an hour."""
    code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
    now = timezone.now()
    EnrolCode.objects.filter(expires_at__lt=now - timedelta(days=30)).delete()
    EnrolCode.objects.create(code_sha256=_code_hash(code), expires_at=now + LIFE)
    return code


def enrol(request: wire.EnrolRequest, address: str) -> tuple[Kiosk, str]:
    """Redeems the code once: the new kiosk and its token. Raises Refused 403, or 429 after too many tries."""
    key = f"enrol-{_hash(address)}"
    cache.add(key, 0, WINDOW_S)
    try:
        tries = cache.incr(key)
    except ValueError:  # it expired in between
        tries = 1
    if tries > TRIES:
        _note_once("enrol throttled", address, "server")
        raise refuse(
            429, "throttled", "There were too many wrong codes.", "Try again in ten minutes.", retry_after_s=WINDOW_S
        )
    now = timezone.now()
    code = _code_hash(request.code)
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        fresh = EnrolCode.objects.filter(code_sha256=code, used_at=None, expires_at__gt=now)
        if redeemed := fresh.update(used_at=now) == 1:
            kiosk = Kiosk.objects.create(
                name=request.name, token_sha256=_hash(token), instance=request.instance, program=request.program
            )
            EnrolCode.objects.filter(code_sha256=code).update(kiosk=kiosk)
            audit.record(f"kiosk {kiosk.name}", "enrol", str(kiosk.id), request.program, address)
    if not redeemed:
        _note_once("enrol refused", address, "server")
        raise refuse(403, "code", "This code is not known, used up or too old.", "Ask for a new one.")
    cache.delete(key)
    return kiosk, token


def kiosk_of(request: HttpRequest) -> Kiosk:
    """Whose token the request carries. Raises Refused: 401 none or unknown, 403 revoked, 409 another machine's.

    Nothing of the body is read.
    """
    address = audit.address_of(request)
    scheme, _, token = str(request.headers.get("Authorization", "")).partition(" ")
    kiosk: Kiosk | None = None
    if scheme.lower() == "bearer" and token.strip():
        kiosk = _BY_TOKEN.first(_hash(token.strip()))
    if kiosk is None:
        _note_once("token refused", address, "server")
        raise refuse(401, "token", "This server does not know this kiosk.", "Enrol it with a code of this server.")
    if kiosk.revoked_at is not None:
        _note_once("revoked token refused", address, f"kiosk {kiosk.name}", str(kiosk.id))
        raise refuse(403, "revoked", "This kiosk's enrolment was revoked.", "Enrol it again with a new code.")
    instance = str(request.headers.get(wire.INSTANCE_HEADER, ""))
    if not instance:
        raise refuse(400, "bad-request", f"The request has no {wire.INSTANCE_HEADER}.")
    if instance != kiosk.instance:
        if _note_once("identity used twice", address, f"kiosk {kiosk.name}", str(kiosk.id)):
            Kiosk.objects.filter(pk=kiosk.pk).update(doubled_at=timezone.now())
        raise refuse(
            409, "instance", "Another machine uses this kiosk's identity.", "Enrol this one with a code of its own."
        )
    return kiosk


def revoke(kiosk: Kiosk, who: str, address: str = "") -> None:
    """Its token is worth nothing from now on; what it sent stays."""
    with transaction.atomic():
        if Kiosk.objects.filter(pk=kiosk.pk, revoked_at=None).update(revoked_at=timezone.now()):
            audit.record(who, "revoke", str(kiosk.id), kiosk.name, address)


def _note_once(what: str, address: str, who: str, subject: str = "") -> bool:
    """An audit entry, unless there was one a moment ago: whoever knocks all day must not fill the disk."""
    name = hashlib.sha256(f"{what}|{address}|{subject}".encode()).hexdigest()
    if not cache.add(f"noted-{name}", 1, QUIET_S):
        return False
    audit.record(who, what, subject, address=address)
    return True


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def _code_hash(code: str) -> str:
    """People write codes in small letters, without dashes, and take O for 0."""
    plain = re.sub(r"[\s-]", "", code).upper().translate(str.maketrans("OIL", "011"))
    return _hash(plain)
