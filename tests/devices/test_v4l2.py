"""Who a camera is, and what the system says when it may not be opened."""

import errno
import os
import sys
import tempfile
from pathlib import Path

import pytest

from kiosk.devices import v4l2
from kiosk.devices.opener import Devices
from kiosk.domain.clock import SystemClock
from kiosk.domain.devices import DeviceIdentity, DeviceKind
from kiosk.domain.errors import DeviceFailed

pytestmark = pytest.mark.skipif(os.name == "nt", reason="V4L2 is of Linux")


class Machine:
    """A sysfs and /dev of our own making."""

    def __init__(self, folder: Path) -> None:
        self.sysfs, self.dev, self._usb = folder / "video4linux", folder / "dev", folder / "usb"
        self.sysfs.mkdir()
        self.dev.mkdir()

    def plug(self, number: int, name: str, port: str, serial: str = "", *, index: int = 0) -> None:
        device = self._usb / port
        interface = device / f"{port}:1.0"
        interface.mkdir(parents=True, exist_ok=True)
        for file, text in (("idVendor", "046d"), ("idProduct", "0825"), ("serial", serial)):
            if text:
                (device / file).write_text(text + "\n")
        node = self.sysfs / f"video{number}"
        node.mkdir()
        (node / "name").write_text(name + "\n")
        (node / "index").write_text(f"{index}\n")
        (node / "device").symlink_to(interface)
        (self.dev / f"video{number}").touch()

    def found(self) -> list[v4l2.Node]:
        return v4l2.nodes(self.sysfs, self.dev)


def test_a_camera_with_a_serial_keeps_its_identity_on_another_port_and_number(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = Machine(tmp_path / "a"), Machine(tmp_path / "b")
    first.plug(0, "Kiosk Cam", "1-2", "SN42")
    second.plug(3, "Kiosk Cam", "2-1", "SN42")
    assert [node.identity for node in first.found()] == [node.identity for node in second.found()]
    assert first.found()[0].identity.id == first.found()[0].identity.spec == "usb:046d:0825:SN42"
    assert first.found()[0].identity.name == "Kiosk Cam"


def test_two_cameras_without_a_serial_are_told_apart_by_their_ports(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.plug(0, "Cam", "1-2")
    machine.plug(2, "Cam", "1-3")
    assert [node.identity.id for node in machine.found()] == ["usb-port:1-2:046d:0825", "usb-port:1-3:046d:0825"]


def test_a_camera_is_found_again_by_who_it_is_and_not_by_its_number(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.plug(0, "Other Cam", "1-3", "SN7")
    machine.plug(4, "Kiosk Cam", "1-2", "SN42")
    (tmp_path / "dev" / "video4").chmod(0)
    known = DeviceIdentity(DeviceKind.CAMERA, "usb:046d:0825:SN42", "Kiosk Cam", "usb:046d:0825:SN42")
    devices = Devices(SystemClock(), tmp_path, machine.found)
    with pytest.raises(DeviceFailed) as tried:
        devices.camera(str(machine.dev / "video0"), known)
    assert "video4" in str(tried.value), "it is this one that is opened, though it was asked for by the other's number"


def test_another_camera_at_its_place_is_never_opened_instead(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.plug(0, "Other Cam", "1-3", "SN7")
    known = DeviceIdentity(DeviceKind.CAMERA, "usb:046d:0825:SN42", "Kiosk Cam", "usb:046d:0825:SN42")
    devices = Devices(SystemClock(), tmp_path, machine.found)
    with pytest.raises(DeviceFailed, match=r"Kiosk Cam is not plugged in\. There is another one") as refused:
        devices.camera(str(machine.dev / "video0"), known)
    assert refused.value.remedy == "Plug Kiosk Cam in again."


def test_metadata_nodes_are_no_cameras_and_order_is_by_number(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.plug(10, "Late", "1-4", "C")
    machine.plug(2, "Early", "1-3", "B")
    machine.plug(3, "Early", "1-3", "B", index=1)
    assert [node.path.name for node in machine.found()] == ["video2", "video10"]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM])
def test_a_refusal_is_named_with_the_setting_to_change(number: int) -> None:
    error = v4l2.refusal(Path("/dev/video0"), number)
    assert "refuses" in error.what
    assert "usermod -aG video" in error.remedy
    assert "no camera" not in str(error)


def test_busy_missing_and_broken_are_different_sentences() -> None:
    path = Path("/dev/video0")
    assert "in use by another program" in v4l2.refusal(path, errno.EBUSY).what
    assert "There is no camera" in v4l2.refusal(path, errno.ENODEV).what
    assert "cannot be opened" in v4l2.refusal(path, errno.EIO).what


def test_a_node_without_rights_is_refused_and_not_missing() -> None:
    if sys.platform == "win32":
        pytest.skip("V4L2 is of Linux")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "video0"
        path.touch(mode=0)
        Path(folder).chmod(0o755)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65_534)  # root may open everything
        try:
            trouble = v4l2.why_not(path)
            with pytest.raises(DeviceFailed, match="refuses this account"):
                Devices(SystemClock(), path).camera(str(path))
        finally:
            if root:
                os.seteuid(0)
    assert trouble is not None
    assert "usermod -aG video" in trouble.remedy


def test_what_is_no_camera_has_no_formats(tmp_path: Path) -> None:
    path = tmp_path / "video0"
    path.touch()
    assert v4l2.formats(path) == ()
    assert v4l2.formats(tmp_path / "video1") == ()
    assert not v4l2.in_use(path)
