"""Freezes the program for Linux, looks at what came out, and runs it where there is no Python. Run by ./dev package.

What it makes lies in build/linux/: kiosk/ (the program), kiosk-VERSION-linux-ARCH.tar.xz, root/ (the empty system
that it is tried in; made once with debootstrap, needs root) and demo/ (what the frozen demonstration recorded).
"""

import argparse
import contextlib
import functools
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from roots import NOBODY, Root, codename, possible

ROOT: Final = Path(__file__).resolve().parents[2]
OUT: Final = ROOT / "build" / "linux"
PROGRAM: Final = OUT / "kiosk"
EMPTY: Final = OUT / "root"
SYSTEM_PACKAGES: Final = Path(__file__).with_name("system-packages.txt")


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev package", description="Freeze the program and try the result.")
    parser.add_argument("--no-demo", action="store_true", help="leave out the demonstration, which takes a minute")
    parser.add_argument("--no-pack", action="store_true", help="leave out the compressed archive, which takes another")
    parser.add_argument("--only-freeze", action="store_true", help="freeze, and try nothing")
    options = parser.parse_args()
    if options.only_freeze:
        OUT.mkdir(parents=True, exist_ok=True)
        freeze()
        return 0
    rows: list[tuple[str, str]] = []
    OUT.mkdir(parents=True, exist_ok=True)

    began = time.monotonic()
    freeze()
    rows.append(("time to freeze", f"{time.monotonic() - began:.0f} s"))
    faults = faults_of(PROGRAM)
    files = [path for path in PROGRAM.rglob("*") if path.is_file() and not path.is_symlink()]
    rows.append(("size", f"{sum(path.stat().st_size for path in files) / 1e6:.0f} MB in {len(files)} files"))
    if not options.no_pack:
        rows.append(("packed", f"{pack().stat().st_size / 1e6:.0f} MB"))
    rows.append(("from the system", ", ".join(declared())))

    frozen, unfrozen = seconds_to_answer(
        [str(PROGRAM / "kiosk"), "--version"], [sys.executable, "-P", "-m", "kiosk", "--version"]
    )
    rows.append(("start", f"{frozen:.2f} s; unfrozen {unfrozen:.2f} s"))

    with somewhere_without_python() as (where, command, folder):
        rows.append(("tried in", where))
        faults += run_there(command, folder, rows, demo=not options.no_demo)

    width = max(len(name) for name, _ in rows)
    print("\n" + "\n".join(f"{name:<{width}}  {value}" for name, value in rows))
    for fault in faults:
        print(f"FAULT: {fault}", file=sys.stderr)
    return 1 if faults else 0


def freeze() -> None:
    """Runs PyInstaller; two runs on one commit give the same bytes."""
    print("Freezing ...", flush=True)
    environment = {**os.environ, "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": str(epoch())}
    shutil.rmtree(PROGRAM, ignore_errors=True)
    folders = ["--distpath", str(OUT), "--workpath", str(OUT / "work")]
    recipe = str(Path(__file__).with_name("kiosk.spec"))
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", *folders, recipe]
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode != 0:
        raise SystemExit("PyInstaller could not freeze the program; it says above why.")


@functools.cache
def epoch() -> int:
    """Seconds since 1970 of the last commit, or of a fixed day where there is no git; SOURCE_DATE_EPOCH before both."""
    told = os.environ.get("SOURCE_DATE_EPOCH", "")
    if told.isdigit():
        return int(told)
    try:
        answer = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, check=True)
        return int(answer.stdout)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return 1_750_000_000


def pack() -> Path:
    """The program as one archive, the same bytes for the same program."""
    sys.path.insert(0, str(ROOT))
    import kiosk

    print("Packing ...", flush=True)
    archive = OUT / f"kiosk-{kiosk.__version__}-linux-{platform.machine()}.tar.xz"
    tar = ["tar", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", f"--mtime=@{epoch()}"]
    subprocess.run([*tar, "-I", "xz -T0 -1", "-cf", str(archive), "-C", str(OUT), "kiosk"], check=True)
    return archive


def declared() -> list[str]:
    """Names of the system's packages that the program needs, as this system calls them."""
    lines = SYSTEM_PACKAGES.read_text().splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    query = ["dpkg-query", "-W", "-f", "${Package}\n"]
    try:
        installed = set(subprocess.run(query, capture_output=True, text=True, check=True).stdout.split())
    except (OSError, subprocess.CalledProcessError):
        return names
    return [name if name in installed else f"{name}t64" if f"{name}t64" in installed else name for name in names]


def faults_of(program: Path) -> list[str]:
    """What must not be in it: links to nothing, a second Qt or OpenCV, another toolkit, a Python to be found."""
    names = sorted(str(path.relative_to(program)) for path in program.rglob("*"))
    faults = [f"a link to nothing: {name}" for name in names if not (program / name).exists()]
    for what, part, allowed in (
        ("Qt", "libQt6Core", 1),
        ("Qt 5", "libQt5", 0),
        ("OpenCV", "cv2.abi3.so", 1),
        ("GTK", "libgtk", 0),
        ("PortAudio", "libportaudio", 1),
        ("espeak-ng", "libespeak-ng", 1),
        ("own tests", "pytest", 0),
    ):
        found = [name for name in names if part in Path(name).name and not (program / name).is_symlink()]
        if len(found) != allowed:
            faults.append(f"{what} is there {len(found)} times instead of {allowed}: {', '.join(found[:5])}")
    return faults


def seconds_to_answer(*commands: list[str]) -> list[float]:
    """The best of seven of each, taken in turns, so that a busy machine is busy for all of them."""
    best = [float("inf")] * len(commands)
    for _ in range(7):
        for number, command in enumerate(commands):
            began = time.monotonic()
            subprocess.run(command, cwd=OUT, capture_output=True, check=True)
            best[number] = min(best[number], time.monotonic() - began)
    return best


@contextlib.contextmanager
def somewhere_without_python() -> Iterator[tuple[str, list[str], Path]]:
    """A place to run in: what it is, what to put before a command line there, and its folder for results.

    As root with debootstrap: an empty system with nothing but the declared packages, as an account without rights.
    Otherwise this system, with an environment in which no Python is found.
    """
    plain = ["env", "-i", "LANG=C.UTF-8"]
    demo = OUT / "demo"
    shutil.rmtree(demo, ignore_errors=True)
    if not possible():
        demo.mkdir()
        yield (
            "this system with an empty PATH (an empty system needs root and debootstrap)",
            [*plain, "PATH=/nonexistent", f"HOME={demo}", str(PROGRAM / "kiosk")],
            demo,
        )
        return
    root = Root(EMPTY, tuple(declared()))
    root.make()
    shutil.rmtree(EMPTY / "opt" / "kiosk", ignore_errors=True)
    subprocess.run(["cp", "-al", str(PROGRAM), str(EMPTY / "opt" / "kiosk")], check=True)
    there = EMPTY / "tmp" / "demo"
    shutil.rmtree(there, ignore_errors=True)
    there.mkdir(mode=0o700)
    os.chown(there, NOBODY, NOBODY)
    for name in ("python", "python3"):
        if shutil.which(name, path=f"{EMPTY}/usr/bin:{EMPTY}/usr/local/bin"):
            raise SystemExit(f"There is a {name} in {EMPTY}: remove that folder and try again.")
    with root.mounted():
        yield (
            f"an empty {codename()} with the packages above and no Python, as an account without rights",
            root.command("/opt/kiosk/kiosk", user=str(NOBODY), environment=["HOME=/tmp/demo"]),
            there,
        )
        shutil.copytree(there, demo, ignore=lambda folder, names: [n for n in names if Path(folder, n).is_socket()])


def run_there(command: list[str], folder: Path, rows: list[tuple[str, str]], *, demo: bool) -> list[str]:
    """Runs the frozen program in that place; what went wrong."""
    faults = []
    tries = [("says its version", ["--version"], 60), ("lists voices and devices", ["devices"], 60)]
    if demo:
        inside = "/tmp/demo" if str(EMPTY) in str(folder) else str(folder)
        tries.append(("demonstration", ["demo", "--output", f"{inside}/recordings"], 300))
    for what, words, limit_s in tries:
        print(f"Frozen: kiosk {' '.join(words)} ...", flush=True)
        began = time.monotonic()
        try:
            answer = subprocess.run([*command, *words], capture_output=True, text=True, timeout=limit_s, check=False)
        except subprocess.TimeoutExpired:
            faults.append(f"kiosk {words[0]} did not end within {limit_s} s")
            continue
        rows.append((what, f"exit code {answer.returncode} after {time.monotonic() - began:.1f} s"))
        said = (answer.stdout + answer.stderr).strip()
        print("    " + said.replace("\n", "\n    "), flush=True)
        if answer.returncode != 0:
            faults.append(f"kiosk {words[0]} ended with {answer.returncode}")
    if demo and not any(folder.rglob("*.mp4")):
        faults.append("the demonstration left no recording")
    return faults


if __name__ == "__main__":
    sys.exit(main())
