import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.system import host, places

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="modes and signals are POSIX")


def read_when_written(path: Path, process: "subprocess.Popen[bytes]") -> bytes:
    process.wait(30)
    return path.read_bytes()


def test_a_private_file_is_made_kept_and_appended_to(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with os.fdopen(host.open_private(path), "wb") as file:
        file.write(b"one")
        file.flush()
        host.sync_data(file.fileno())
    host.sync_folder(tmp_path)
    with os.fdopen(host.open_private(path, append=True), "ab") as file:
        file.write(b"two")
    assert path.read_bytes() == b"onetwo"


@POSIX
def test_private_means_for_this_account_alone(tmp_path: Path) -> None:
    os.close(host.open_private(tmp_path / "file"))
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600
    folder = host.private_folder(tmp_path / "a" / "b")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert host.private_folder(folder) == folder
    assert stat.S_IMODE(host.runtime_folder().stat().st_mode) == 0o700


def test_a_lock_is_held_by_one_and_free_again_when_its_file_is_closed(tmp_path: Path) -> None:
    first = host.open_private(tmp_path / "lock")
    second = host.open_private(tmp_path / "lock")
    assert host.try_lock(first)
    assert not host.try_lock(second)
    os.close(first)
    assert host.try_lock(second)
    os.close(second)


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom kiosk.system import host\n"
        "fd = host.open_private(Path(sys.argv[1]))\n"
        "print(host.try_lock(fd), flush=True)\nsys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "lock")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"True"
        mine = host.open_private(tmp_path / "lock")
        assert not host.try_lock(mine)
        holder.kill()
        holder.wait(30)
    assert host.try_lock(mine)
    os.close(mine)


def test_an_address_is_short_enough_and_lies_in_a_private_folder() -> None:
    where = host.address("recorder-0123456789ab")
    assert len(os.fsencode(where)) < 100
    host.forget_address(where)
    host.forget_address(where)


@POSIX
def test_without_a_runtime_folder_of_the_system_a_private_temporary_one_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "missing"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = host.runtime_folder()
    assert folder.parent == tmp_path
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@POSIX
def test_a_runtime_folder_that_others_may_enter_or_that_is_a_link_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "missing"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = host.runtime_folder()
    folder.chmod(0o755)
    with pytest.raises(PermissionError):
        host.runtime_folder()
    folder.rmdir()
    (tmp_path / "target").mkdir(mode=0o700)
    folder.symlink_to(tmp_path / "target")
    with pytest.raises(PermissionError):
        host.runtime_folder()


def test_a_detached_process_writes_its_words_to_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-c", "import os, sys; print(os.environ['X']); print('err', file=sys.stderr)"]
    process = host.spawn_detached(command, log, {**os.environ, "X": "out"})
    assert read_when_written(log, process).split() in ([b"out", b"err"], [b"err", b"out"])


@POSIX
def test_a_detached_process_is_in_a_session_of_its_own(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import os; print(os.getsid(0), os.getpid())"]
    process = host.spawn_detached(command, tmp_path / "log", dict(os.environ))
    session, pid = read_when_written(tmp_path / "log", process).split()
    assert session == pid
    assert sys.platform == "win32" or int(session) != os.getsid(0)


@POSIX
def test_a_tree_is_killed_with_its_children(tmp_path: Path) -> None:
    program = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import sys; sys.stdin.read()'], stdin=subprocess.PIPE)\n"
        "print(child.pid, flush=True)\nchild.wait()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, start_new_session=True
    ) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        assert host.alive(process.pid)
        host.kill_tree(process)
        process.wait(30)
        assert process.stdout.read() == b""  # the end of the pipe: the child that shared it is gone too
    assert not host.alive(process.pid)
    host.kill_tree(process)
    assert child > 0


def test_this_process_is_alive_and_an_impossible_one_is_not() -> None:
    assert host.alive(os.getpid())
    assert not host.alive(2**22 + 12_345)


def test_assets_are_found_from_the_checkout() -> None:
    assert places.checkout() is not None
    assert places.asset("interviews/general.toml").is_file()
    assert places.default_output().name == "recordings"


def test_the_state_folder_can_be_set_and_the_cache_follows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KIOSK_STATE", str(tmp_path))
    assert places.state_folder() == tmp_path
    assert places.cache_folder().parent == tmp_path
    monkeypatch.delenv("KIOSK_STATE")
    assert places.NAME in places.state_folder().parts
    assert places.NAME in places.cache_folder().parts


def test_a_frozen_program_finds_its_assets_and_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert places.own_command("status")[1:] == ["-m", "kiosk", "status"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert places.asset("x") == tmp_path / "assets" / "x"
    assert places.checkout() is None
    assert places.own_command("status") == [sys.executable, "status"]


def test_an_output_folder_has_one_name_whatever_way_leads_to_it(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    name = places.name_of_output(tmp_path / "a")
    assert len(name) == 12
    assert places.name_of_output(tmp_path / "b" / ".." / "a") == name
    assert places.name_of_output(tmp_path) != name


@pytest.mark.skipif(not Path("/proc/cpuinfo").exists(), reason="only Linux tells what its processor can do in a file")
def test_the_processor_has_avx512_only_when_it_has_avx2_too() -> None:
    assert not host.has_avx512() or "avx2" in Path("/proc/cpuinfo").read_text().split()
