"""Makes the Debian package: freezes in a clean root, stages the files, packs them, writes inventory and checksums.

`./dev package deb`. What comes out lies in build/linux/: interview-kiosk_VERSION_ARCH.deb, its inventory
(.cdx.json, CycloneDX), SHA256SUMS, and for each file a signature when KIOSK_SIGN names a command that makes one.
Nothing of recordings or of configuration is in it.
"""

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sbom
from freeze import OUT, ROOT, SYSTEM_PACKAGES, epoch, faults_of
from roots import Root, codename, possible

FILES: Final = Path(__file__).with_name("files")
NAME: Final = "interview-kiosk"
HOME: Final = f"/opt/{NAME}"
CLEAN: Final = OUT / "clean"
TOOLS: Final = (
    "ca-certificates", "python3", "python3-venv", "binutils", "libpython3.11", "libturbojpeg0", "libportaudio2",
    "libglib2.0-0", "libgl1", "libegl1", "libfontconfig1", "libdbus-1-3", "libgssapi-krb5-2", "libbrotli1",
    "libx11-xcb1", "libxkbcommon-x11-0", "libxcb-cursor0", "libxcb-icccm4", "libxcb-keysyms1", "libxcb-randr0",
    "libxcb-shape0", "libxcb-sync1", "libxcb-xfixes0", "libwayland-cursor0", "libwayland-egl1",
)  # fmt: skip
"""What freezing takes in a Debian 12, with those libraries that the frozen program carries along."""
RECOMMENDED: Final = (
    "seatd",
    "cage",
    "xwayland",
    "libturbojpeg0 | libturbojpeg",
    "dbus-user-session",
    "pipewire-pulse | pulseaudio",
)
RENAMED: Final = frozenset({"libasound2"})
"""Of what the program needs, the packages that newer systems call NAMEt64."""


@dataclass(frozen=True, slots=True)
class Made:
    package: Path
    inventory: Path
    program: Path
    """The frozen program that is in the package."""


def version() -> str:
    found = re.search(r'^__version__ = "([^"]+)"', (ROOT / "kiosk/__init__.py").read_text(), re.MULTILINE)
    assert found is not None
    return found[1]


def architecture() -> str:
    return subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()


def make(*, anew: bool = True) -> Made:
    """The package of the last commit. Not `anew`: with the program as it was frozen last, when there is one."""
    if not possible():
        raise SystemExit("The package is built in a clean system, which needs root and debootstrap.")
    program = CLEAN / "src" / "build" / "linux" / "kiosk"
    if anew or not program.is_dir():
        freeze_cleanly()
    faults = faults_of(program)
    if faults:
        raise SystemExit("The frozen program is not as it should be:\n" + "\n".join(faults))
    inventory = OUT / f"{NAME}_{version()}.cdx.json"
    sbom.write(inventory, version(), epoch())
    package = pack(program, inventory, version(), OUT)
    sums([package, inventory])
    return Made(package, inventory, program)


def freeze_cleanly() -> None:
    """Freezes the last commit in a root that holds nothing but Debian's packages and the locked ones."""
    root = Root(CLEAN, TOOLS)
    root.make()
    environment = [*root.let_pip_work(), f"SOURCE_DATE_EPOCH={epoch()}"]
    source = CLEAN / "src"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir()
    tree = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", str(source)], input=tree, check=True)
    with root.mounted(devices=True):
        lock = hashlib.sha256((ROOT / "requirements-dev.lock").read_bytes()).hexdigest()
        stamp = CLEAN / "venv" / "lock"
        if not stamp.is_file() or stamp.read_text() != lock:
            print("Fetching the locked packages ...", flush=True)
            shutil.rmtree(CLEAN / "venv", ignore_errors=True)
            pip = ["/venv/bin/pip", "install", "-q", "--require-hashes", "--only-binary", ":all:"]
            for command in (
                ["python3", "-m", "venv", "/venv"],
                [*pip, "-r", "/src/requirements-dev.lock"],
            ):
                done = root.run(*command, environment=environment, limit_s=1800)
                if done.returncode != 0:
                    raise SystemExit(f"{command[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
            stamp.write_text(lock)
        print("Freezing in the clean root ...", flush=True)
        done = root.run(
            "sh", "-c", "cd /src && exec /venv/bin/python packaging/linux/freeze.py --only-freeze",
            environment=environment, limit_s=1800,
        )  # fmt: skip
        if done.returncode != 0:
            raise SystemExit(f"Freezing failed:\n{done.stdout[-2000:]}{done.stderr[-3000:]}")


def pack(program: Path, inventory: Path, number: str, where: Path) -> Path:
    """One .deb of that program under that version; the same bytes for the same program."""
    stage = OUT / "stage"
    shutil.rmtree(stage, ignore_errors=True)
    (stage / "opt").mkdir(parents=True)
    subprocess.run(["cp", "-al", str(program), str(stage / HOME.lstrip("/"))], check=True)
    shutil.copytree(FILES / "usr", stage / "usr")
    (stage / "usr/bin").mkdir()
    (stage / "usr/bin/kiosk").symlink_to(f"{HOME}/kiosk")
    documents = stage / "usr/share/doc" / NAME
    documents.mkdir(parents=True, exist_ok=True)
    for file in ("README.md", "configuration.md", "LICENCES.md"):
        shutil.copy(ROOT / "packaging" / file, documents)
    shutil.copy(ROOT / "LICENSE", documents / "copyright")
    shutil.copy(ROOT / "CHANGELOG.md", documents)
    shutil.copy(inventory, documents / "inventory.cdx.json")
    same_for_all(stage)
    scripts = OUT / "scripts"
    shutil.rmtree(scripts, ignore_errors=True)
    scripts.mkdir()
    for script in (FILES / "scripts").iterdir():
        (scripts / script.name).write_text(script.read_text().replace("@VERSION@", number))
        os.utime(scripts / script.name, (epoch(), epoch()))
    recipe = OUT / "nfpm.yaml"
    recipe.write_text(_recipe(stage, scripts, number))
    target = where / f"{NAME}_{number}_{architecture()}.deb"
    target.unlink(missing_ok=True)
    print(f"Packing {target.name} ...", flush=True)
    command = [_tool("nfpm"), "package", "-f", str(recipe), "-p", "deb", "-t", str(target)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch())}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"nfpm failed: {done.stdout}{done.stderr}")
    return target


def same_for_all(stage: Path) -> None:
    """The same rights and times whoever builds, with whatever umask. Linked files are the program's own: read only."""
    for path in [stage, *stage.rglob("*")]:
        os.utime(path, (epoch(), epoch()), follow_symlinks=False)
        if path.is_symlink():
            continue
        wanted = 0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644
        path.chmod(wanted)


def depends() -> list[str]:
    names = [line for line in SYSTEM_PACKAGES.read_text().splitlines() if line and not line.startswith("#")]
    return [f"{name} | {name}t64" if name in RENAMED else name for name in names]


def _recipe(stage: Path, scripts: Path, number: str) -> str:
    def listed(values: list[str] | tuple[str, ...]) -> str:
        return "".join(f'\n  - "{value}"' for value in values)

    return f"""# Written by packaging/linux/deb.py.
name: {NAME}
arch: {architecture()}
platform: linux
version: "{number}"
version_schema: none
section: video
priority: optional
maintainer: "Interview Kiosk Recorder <root@localhost>"
description: |
  Interview kiosk: asks questions aloud and records the answers
  Everything is inside but the libraries that talk to screen and sound card.
  Recordings and configuration are never part of the package and survive its removal.
license: GPL-3.0-or-later
mtime: "{_iso(epoch())}"
depends:{listed([*depends(), "passwd"])}
recommends:{listed(RECOMMENDED)}
contents:
  - src: "{stage}/"
    dst: /
    type: tree
scripts:
  preinstall: "{scripts}/preinst"
  postinstall: "{scripts}/postinst"
  preremove: "{scripts}/prerm"
  postremove: "{scripts}/postrm"
deb:
  compression: zstd
"""


def _iso(seconds: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _tool(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.is_file() else name


def sums(files: list[Path]) -> None:
    """SHA256SUMS of what was made, and a signature beside each when KIOSK_SIGN says how: the file's path is added."""
    lines = []
    for file in files:
        with file.open("rb") as opened:
            lines.append(f"{hashlib.file_digest(opened, 'sha256').hexdigest()}  {file.name}\n")
    listed = OUT / "SHA256SUMS"
    listed.write_text("".join(lines))
    sign = shlex.split(os.environ.get("KIOSK_SIGN", ""))
    for file in [*files, listed] if sign else []:
        if subprocess.run([*sign, str(file)], check=False).returncode != 0:
            raise SystemExit(f"{sign[0]} could not sign {file.name}.")


def main() -> int:
    made = make()
    size = made.package.stat().st_size / 1e6
    print(f"{made.package} ({size:.0f} MB), built in a clean {codename()}; {made.inventory.name}; SHA256SUMS")
    return 0


if __name__ == "__main__":
    sys.exit(main())
