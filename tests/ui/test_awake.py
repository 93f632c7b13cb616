"""The desktop is asked to keep its screen saver away, over a real session bus."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

CODE = """
from PySide6.QtCore import QCoreApplication, QTimer
from kiosk.ui.awake import StaysAwake
application = QCoreApplication([])
awake = StaysAwake()
awake.start()
QTimer.singleShot(500, awake.stop)
QTimer.singleShot(700, application.quit)
application.exec()
"""


@pytest.fixture
def bus() -> Iterator[str]:
    """The address of a session bus of our own."""
    if shutil.which("dbus-daemon") is None or shutil.which("dbus-monitor") is None:
        pytest.skip("not installed: dbus-daemon, dbus-monitor")
    command = ["dbus-daemon", "--session", "--nofork", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        assert daemon.stdout is not None
        yield daemon.stdout.readline().strip()
        daemon.terminate()


def test_the_screen_saver_is_asked_to_wait(bus: str) -> None:
    environment = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": bus, "DISPLAY": ""}
    command = ["dbus-monitor", "--address", bus, "interface='org.freedesktop.ScreenSaver'"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as monitor:
        assert monitor.stdout is not None
        assert "NameAcquired" in monitor.stdout.readline() + monitor.stdout.readline() + monitor.stdout.readline()
        subprocess.run([sys.executable, "-c", CODE], env=environment, check=True, timeout=30)
        monitor.terminate()
        said = monitor.stdout.read()
    assert "member=Inhibit" in said
    assert '"Interview Kiosk"' in said
