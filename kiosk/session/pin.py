"""The proctor's PIN: what one looks like, and its hash (argon2id). Never keeps or shows a PIN."""

import re
from typing import Final

from kiosk.domain.errors import BadRequest

SHORTEST: Final = 4
LONGEST: Final = 12
_PIN: Final = re.compile(r"[0-9]{4,12}")


def hash_pin(pin: str) -> str:
    """What to write into the configuration as `proctor_pin_hash`. Raises BadRequest for what is no good PIN."""
    if not _PIN.fullmatch(pin):
        raise BadRequest(f"A PIN has {SHORTEST} to {LONGEST} digits and nothing else.")
    if len(set(pin)) == 1 or pin in "01234567890123456789" or pin in "98765432109876543210":
        raise BadRequest("This PIN is the first that anybody would try.", "Choose one without a pattern.")
    from argon2 import PasswordHasher

    return PasswordHasher().hash(pin)


def is_hash(text: str) -> bool:
    """Whether that is a hash as `hash_pin` makes it."""
    from argon2 import extract_parameters
    from argon2.exceptions import InvalidHashError
    from argon2.low_level import Type

    try:
        return extract_parameters(text).type is Type.ID
    except InvalidHashError:
        return False


def matches(pin_hash: str, pin: str) -> bool:
    """Whether the PIN is the one. Takes a tenth of a second on purpose."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    if not _PIN.fullmatch(pin):
        return False
    try:
        return PasswordHasher().verify(pin_hash, pin)
    except (VerificationError, InvalidHashError):
        return False
