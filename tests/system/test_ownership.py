"""Who may write a file, as POSIX and as Windows say it. Windows' words are read here as that system gives them."""

import pytest

from kiosk.system.ownership import sddl_lets_write

OURS = "O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)"


@pytest.mark.parametrize(
    "sddl",
    [
        OURS,
        f"{OURS}(A;;0x1200a9;;;BU)",
        f"{OURS}(A;;FRFX;;;WD)",
        f"{OURS}(A;OICIIO;FA;;;CO)",
        f"{OURS}(A;OICIIO;FA;;;BU)",
        f"{OURS}(D;;FA;;;WD)",
        "O:SYG:SYD:AI(A;ID;FA;;;SY)",
    ],
)
def test_a_file_that_only_administrators_write_is_theirs(sddl: str) -> None:
    assert not sddl_lets_write(sddl)


@pytest.mark.parametrize(
    ("sddl", "why"),
    [
        ("O:S-1-5-21-1-2-3-1001G:SYD:(A;;FA;;;BA)", "does not belong to the administrator"),
        ("G:SYD:(A;;FA;;;BA)", "does not belong to the administrator"),
        (f"{OURS}(A;ID;0x1301bf;;;AU)", "may be written by others (AU)"),
        (f"{OURS}(A;;FA;;;BU)", "may be written by others (BU)"),
        (f"{OURS}(A;;FRFW;;;S-1-5-21-1-2-3-1001)", "may be written by others (S-1-5-21-1-2-3-1001)"),
        (f"{OURS}(A;;FRWD;;;BU)", "may be written by others (BU)"),
        (f"{OURS}(XA;;GA;;;BU;(WIN://SYSAPPID))", "may be written by others (BU)"),
        ("O:BAG:SYD:NO_ACCESS_CONTROL", "may be written by everybody"),
        ("O:BAG:SY", "may be written by everybody"),
    ],
)
def test_a_file_that_somebody_else_writes_is_told(sddl: str, why: str) -> None:
    assert sddl_lets_write(sddl) == why
