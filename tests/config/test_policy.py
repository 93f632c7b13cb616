"""The administrator's layer, which nobody else can write and nothing else overrides."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.config import Loaded, as_json, load, show
from kiosk.domain.errors import BadRequest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="owners and modes are of POSIX")
if sys.platform == "win32":
    ME = 0
else:
    ME = os.getuid()
POLICY = 'camera = "fixed"\nkeep_days = 30\n[server]\nurl = "https://interviews.example.org"\n'


def loaded(
    tmp_path: Path,
    policy: str = POLICY,
    *,
    user: str = "",
    environment: dict[str, str] | None = None,
    flags: dict[str, object] | None = None,
) -> Loaded:
    """The configuration under a policy of this account, which stands for the administrator's."""
    path = tmp_path / "policy.toml"
    if not path.exists():
        path.write_text(policy)
        path.chmod(0o644)
    (tmp_path / "user.toml").write_text(user)
    return load(
        flags or {},
        None,
        environment or {},
        machine_file=tmp_path / "machine.toml",
        user_file=tmp_path / "user.toml",
        policy_file=path,
        administrator=ME,
    )


def test_what_the_policy_says_holds_above_files_and_variables(tmp_path: Path) -> None:
    found = loaded(tmp_path, user='camera = "mine"\ntheme = "dark"', environment={"KIOSK_KEEP_DAYS": "0"})
    assert (found.config.camera, found.config.keep_days, found.config.theme) == ("fixed", 30, "dark")
    assert found.sources["camera"] == str(tmp_path / "policy.toml")
    assert found.fixed == {"camera", "keep_days", "server_url"}


def test_what_is_said_in_vain_is_told(tmp_path: Path) -> None:
    found = loaded(tmp_path, user='camera = "mine"', environment={"KIOSK_KEEP_DAYS": "0", "KIOSK_SERVER_URL": ""})
    why = f"is set by the administrator in {tmp_path / 'policy.toml'}, and cannot be set otherwise."
    assert found.passed_over == (f"{tmp_path / 'user.toml'}: camera: {why}", f"KIOSK_KEEP_DAYS: keep_days: {why}")
    assert as_json(found)["passed_over"] == list(found.passed_over)


def test_a_flag_that_says_otherwise_is_refused_and_one_that_says_the_same_is_not(tmp_path: Path) -> None:
    assert loaded(tmp_path, flags={"camera": "fixed"}).config.camera == "fixed"
    with pytest.raises(BadRequest, match=r"^--camera: is set by the administrator in .*policy\.toml"):
        loaded(tmp_path, flags={"camera": "other"})


def test_nobody_leaves_the_whole_screen_when_the_policy_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"^--windowed: is set by the administrator"):
        loaded(tmp_path, "windowed = false", flags={"windowed": True})


def test_without_a_policy_nothing_is_fixed(tmp_path: Path) -> None:
    found = load({}, None, {}, machine_file=tmp_path / "m", user_file=tmp_path / "u", policy_file=tmp_path / "p")
    assert (found.fixed, found.passed_over) == (frozenset(), ())


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666])
def test_a_policy_that_others_can_write_is_refused(tmp_path: Path, mode: int) -> None:
    loaded(tmp_path)
    (tmp_path / "policy.toml").chmod(mode)
    with pytest.raises(BadRequest, match=r"policy\.toml: this policy is not obeyed, since others may write to .*chmod"):
        loaded(tmp_path)


def test_a_policy_in_a_folder_that_others_can_write_is_refused(tmp_path: Path) -> None:
    loaded(tmp_path)
    tmp_path.chmod(0o777)
    with pytest.raises(BadRequest, match="not obeyed, since others may write to"):
        loaded(tmp_path)


@pytest.mark.skipif(ME != 0, reason="only root gives a file away")
def test_a_policy_of_somebody_else_is_refused_also_behind_a_link(tmp_path: Path) -> None:
    loaded(tmp_path)
    path = tmp_path / "policy.toml"
    path.rename(tmp_path / "theirs.toml")
    shutil.chown(tmp_path / "theirs.toml", 12345, 12345)
    path.symlink_to(tmp_path / "theirs.toml")
    with pytest.raises(BadRequest, match=r"theirs\.toml does not belong to the administrator"):
        loaded(tmp_path)


@pytest.mark.skipif(ME != 0, reason="only root becomes somebody else")
def test_a_policy_that_this_account_cannot_read_stops_the_start(tmp_path: Path) -> None:
    loaded(tmp_path)
    become: Callable[[int], None] = vars(os)["seteuid"]
    for mode, folder in ((0o600, 0o755), (0o644, 0o700)):
        (tmp_path / "policy.toml").chmod(mode)
        tmp_path.chmod(folder)
        become(65534)
        try:
            with pytest.raises(BadRequest, match=r"policy\.toml: .*cannot be read \(permission denied\)"):
                load(
                    {},
                    None,
                    {},
                    machine_file=tmp_path / "m",
                    user_file=tmp_path / "u",
                    policy_file=tmp_path / "policy.toml",
                )
        finally:
            become(0)


def test_a_mistake_in_the_policy_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"policy\.toml, line 1: camra: there is no such key"):
        loaded(tmp_path, 'camra = "0"')


@pytest.mark.parametrize("key", ["token", "proctor_pin", "password", "server_api_key", "secret", "enrolment_code"])
def test_a_secret_is_refused_in_every_file(tmp_path: Path, key: str) -> None:
    said = f"line 1: {key}: a secret has no place in a configuration"
    with pytest.raises(BadRequest, match=said):
        loaded(tmp_path, f'{key} = "x"')
    (tmp_path / "policy.toml").write_text("")
    with pytest.raises(BadRequest, match=said):
        loaded(tmp_path, user=f'{key} = "x"')


def test_a_password_in_an_address_is_refused_in_files_and_never_shown(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="server_proxy: a password has no place in a file") as caught:
        loaded(tmp_path, user='[server]\nproxy = "http://me:hush@proxy:3128"')
    assert "hush" not in str(caught.value)
    found = loaded(tmp_path, environment={"KIOSK_SERVER_PROXY": "http://me:hush@proxy:3128"})
    assert found.config.server_proxy == "http://me:hush@proxy:3128"
    assert 'http://me:***@proxy:3128"' in show(found)
    assert "hush" not in show(found)


def test_a_pin_stands_only_as_its_hash_and_that_is_never_shown(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="never the PIN itself"):
        loaded(tmp_path, 'proctor_pin_hash = "1234"')
    made = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"
    (tmp_path / "policy.toml").write_text(f'proctor_pin_hash = "{made}"')
    found = loaded(tmp_path)
    assert found.config.proctor_pin_hash == made
    assert as_json(found)["values"]["proctor_pin_hash"] == "***"
    assert made not in show(found)
