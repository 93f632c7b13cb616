"""The inventory of parts (SBOM, CycloneDX): the locked Python packages, and the native parts that no tool finds."""

import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID, uuid5

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.contact import OrganizationalEntity
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

ROOT: Final = Path(__file__).resolve().parents[2]
SPACE: Final = UUID("6f1b6a9e-3a0e-4b58-9d52-5a0a1f7b2a11")
"""Of this product's inventories: the same parts get the same serial number."""

# Name, version or "", licence (SPDX), and what carries it. packaging/LICENCES.md says more of each.
NATIVE: Final = (
    ("x264", "", "GPL-2.0-or-later", "av"),
    ("x265", "", "GPL-2.0-or-later", "av"),
    ("FFmpeg", "8", "LGPL-3.0-or-later", "av"),
    ("SVT-AV1", "", "BSD-3-Clause-Clear", "av"),
    ("dav1d", "", "BSD-2-Clause", "av"),
    ("libvpx", "", "BSD-3-Clause", "av"),
    ("Opus", "", "BSD-3-Clause", "av"),
    ("LAME", "", "LGPL-2.0-or-later", "av"),
    ("GnuTLS", "", "LGPL-2.1-or-later", "av"),
    ("espeak-ng", "1.52", "GPL-3.0-or-later", "espeakng-loader"),
    ("Qt", "6", "LGPL-3.0-only", "pyside6-essentials"),
    ("OpenCV", "5", "Apache-2.0", "opencv-python-headless"),
    ("OpenSSL", "", "Apache-2.0", "cryptography"),
    ("OpenBLAS", "", "BSD-3-Clause", "numpy"),
    ("libsamplerate", "", "BSD-2-Clause", "samplerate"),
    ("WebRTC audio processing", "", "BSD-3-Clause", "pywebrtc-audio"),
    ("PortAudio", "19.6", "MIT", "Debian's libportaudio2"),
    ("CPython", "3", "PSF-2.0", "Debian's python3"),
    ("PyInstaller boot loader", "", "GPL-2.0-or-later WITH Bootloader-exception", "pyinstaller"),
)


def locked() -> list[tuple[str, str]]:
    """Name and version of each package in requirements.lock that Linux gets."""
    text = (ROOT / "requirements.lock").read_text()
    found = re.findall(r"^([a-z0-9-]+)==([^\s;\\]+)([^\\\n]*)", text, re.MULTILINE)
    elsewhere = [name for name, _, marker in found if "sys_platform" in marker and "'linux'" not in marker]
    return [(name, version) for name, version, _ in found if name not in elsewhere]


def write(target: Path, version: str, epoch: int) -> None:
    """Writes the inventory of that version as JSON; the same bytes for the same lock file and time."""
    bom = Bom()
    bom.metadata.timestamp = datetime.fromtimestamp(epoch, UTC)
    bom.metadata.component = Component(
        name="interview-kiosk",
        version=version,
        type=ComponentType.APPLICATION,
        bom_ref="interview-kiosk",
        licenses=[DisjunctiveLicense(id="GPL-3.0-or-later")],
    )
    parts = []
    for name, number in locked():
        purl = PackageURL("pypi", name=name, version=number)
        parts.append(Component(name=name, version=number, type=ComponentType.LIBRARY, bom_ref=str(purl), purl=purl))
    for name, number, licence, carrier in NATIVE:
        known = DisjunctiveLicense(name=licence) if " " in licence else DisjunctiveLicense(id=licence)
        parts.append(
            Component(
                name=name,
                version=number or None,
                type=ComponentType.LIBRARY,
                bom_ref=f"native:{name}",
                licenses=[known],
                supplier=OrganizationalEntity(name=f"as carried by {carrier}"),
            )
        )
    for part in parts:
        bom.components.add(part)
    bom.register_dependency(bom.metadata.component, parts)
    bom.serial_number = uuid5(SPACE, f"{version} {epoch} {sorted(part.bom_ref.value or '' for part in parts)}")
    text = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_5).output_as_string(indent=2)
    target.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), "0", 0)
