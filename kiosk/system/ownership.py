"""Whether a file is the administrator's: his, in folders of his, and nobody else can write or replace it.

Asks the system for owner and rights each time and keeps nothing. Never changes a right.
"""

import re
import stat
import sys
from pathlib import Path
from typing import Final

if sys.platform == "win32":
    import ctypes

ROOT: Final = 0
ADMINISTRATORS: Final = frozenset({
    "BA",  # the group of administrators
    "SY",  # the system
    "LA",  # the administrator's own account
    "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",  # TrustedInstaller
})  # fmt: skip
OWNERS: Final = frozenset({"CO", "OW", "S-1-3-0", "S-1-3-4"})
"""Stand for whoever owns the file, and that is checked already."""
HARMLESS: Final = frozenset({"FR", "FX", "GR", "GX", "RC", "CC", "SW", "WP", "LO"})
"""Rights of a file in words of SDDL that only read: `WP` is "execute" for files, `CC` is "read data"."""
WRITES: Final = 0x0002 | 0x0004 | 0x0010 | 0x0040 | 0x0100 | 0x1_0000 | 0x4_0000 | 0x8_0000 | 0x1000_0000 | 0x4000_0000
"""Write, append, change attributes or rights, take over, delete: the bits of a Windows access mask that change a file
or a folder."""


def others_may_write(path: Path, administrator: int = ROOT) -> str:
    """Why somebody who is not the administrator could change this file, as the end of a sentence; "" when nobody can.

    Follows links, and looks at every folder on the way. Raises OSError.
    """
    if sys.platform == "win32":
        return _on_windows(path)
    real = path.resolve(strict=True)
    for each in {path: None, real: None} | dict.fromkeys([*path.absolute().parents, *real.parents]):
        found = each.lstat() if each.is_symlink() else each.stat()
        if found.st_uid not in {ROOT, administrator}:
            return f"{each} does not belong to the administrator"
        link = stat.S_ISLNK(found.st_mode)
        shared = stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX  # others add here, and replace nothing
        if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not link and not shared:
            return f"others may write to {each}"
    return ""


def sddl_lets_write(sddl: str) -> str:
    """The same for one file or folder of Windows, from its security descriptor in SDDL."""
    owner = re.search(r"O:(S-[\d-]+|[A-Z]{2})", sddl)
    if owner is None or owner[1] not in ADMINISTRATORS:
        return "does not belong to the administrator"
    rules = re.search(r"D:([A-Z]*)((?:\([^)]*\))*)", sddl)
    if rules is None or "NO_ACCESS_CONTROL" in sddl:
        return "may be written by everybody"
    for rule in re.findall(r"\(([^)]*)\)", rules[2]):
        kind, flags, rights, _, _, who = (*rule.split(";"), "", "", "", "", "", "")[:6]
        granted = kind in {"A", "XA", "OA"} and "IO" not in re.findall("..", flags)
        if granted and who not in ADMINISTRATORS | OWNERS and _writes(rights):
            return f"may be written by others ({who})"
    return ""


def _writes(rights: str) -> bool:
    if rights.startswith("0x"):
        return bool(int(rights, 16) & WRITES)
    return not set(re.findall("..", rights)) <= HARMLESS


if sys.platform == "win32":
    _FILE: Final = 1
    _OWNER_AND_RULES: Final = 1 | 4
    _REVISION: Final = 1

    def _on_windows(path: Path) -> str:
        """The file and its folder; what lies above belongs to Windows. Not run on a Windows machine yet."""
        real = path.resolve(strict=True)
        for each in (real, real.parent):
            why = sddl_lets_write(_sddl(each))
            if why:
                return f"{each} {why}"
        return ""

    def _sddl(path: Path) -> str:
        """Owner and rules of a file. Raises OSError."""
        advapi = ctypes.windll.advapi32
        descriptor, words = ctypes.c_void_p(), ctypes.c_wchar_p()
        failed = advapi.GetNamedSecurityInfoW(
            str(path), _FILE, _OWNER_AND_RULES, None, None, None, None, ctypes.byref(descriptor)
        )
        if failed:
            raise OSError(failed, "its owner and rights cannot be read", str(path))
        try:
            if not advapi.ConvertSecurityDescriptorToStringSecurityDescriptorW(
                descriptor, _REVISION, _OWNER_AND_RULES, ctypes.byref(words), None
            ):
                raise OSError(0, "its owner and rights cannot be read", str(path))
            return str(words.value)
        finally:
            for each in (words, descriptor):
                ctypes.windll.kernel32.LocalFree(each)
