"""What looks like a secret. None stands in a configuration: files are copied, shown and sent to support."""

import re
from typing import Final

_NAMES: Final = re.compile(
    r"(^|_)(pin|password|passwd|passphrase|pass|secret|token|credentials?|code|(api|access|private|secret)_?key)s?$",
    re.IGNORECASE,
)
_PASSWORD: Final = re.compile(r"(://[^/@\s:]*):[^/@\s]*@")
REFUSED_KEY: Final = (
    "a secret has no place in a configuration. The kiosk's key to the server comes from 'kiosk enrol' and is kept "
    "for its account alone; of a PIN, only the hash stands here."
)
REFUSED_ADDRESS: Final = (
    "a password has no place in a file. Give this address in the environment of the service, "
    "which only the administrator can read."
)


def named(key: str) -> bool:
    """Whether a key by that name would hold a secret."""
    return bool(_NAMES.search(key.replace("-", "_")))


def in_address(value: str) -> bool:
    """Whether an address has a password in it."""
    return bool(_PASSWORD.search(value))


def without(value: str) -> str:
    """The same text with the password of an address taken out."""
    return _PASSWORD.sub(r"\1:***@", value)
