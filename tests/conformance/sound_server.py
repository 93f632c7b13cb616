"""A PulseAudio daemon of the tests' own: a loudspeaker and a microphone that hears it 60 ms later and 18 dB quieter."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

LOOP = "latency_msec=60 adjust_time=0 source_dont_move=true sink_dont_move=true"
SPEAKER = "module-null-sink sink_name=spk rate=48000 channels=1 format=s16le"
MICROPHONE = "module-remap-source source_name=mic master=vmic.monitor channels=1"


class SoundServer:
    """Runs from construction to `close`; whoever talks to it needs `PULSE_SERVER` in the environment.

    Args:
        rate: of its microphone.
    """

    def __init__(self, rate: int = 48_000) -> None:
        missing = [program for program in ("pulseaudio", "pactl") if shutil.which(program) is None]
        if missing:
            pytest.skip(f"{missing[0]} is not installed")
        self._folder = Path(tempfile.mkdtemp(prefix="pulse-"))
        home = self._folder / "home"
        home.mkdir()
        self.address = f"unix:{self._folder}/s"
        self._environment = {
            **os.environ,
            "PULSE_SERVER": self.address,
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(self._folder),
        }
        self._environment.pop("XDG_CONFIG_HOME", None)
        self._rate = rate
        self.start()

    def start(self) -> None:
        """Starts it, or starts it again after `kill`."""
        modules = (
            f"module-native-protocol-unix socket={self._folder}/s auth-anonymous=1",
            SPEAKER,
            f"module-null-sink sink_name=vmic rate={self._rate} channels=1 format=s16le",
            f"module-loopback source=spk.monitor sink=vmic {LOOP}",
            MICROPHONE,
        )
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
        command += ["--realtime=no", "--high-priority=no", f"--log-target=file:{self._folder}/log"]
        for module in modules:
            command += ["-L", module]
        self._process = subprocess.Popen(
            command, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(200):
            if self._asked("info") == 0:
                break
            threading.Event().wait(0.05)
        else:
            self.close()
            pytest.fail("pulseaudio does not start")
        self.control("set-default-sink", "spk")
        self.control("set-default-source", "mic")
        self.control("set-sink-input-volume", "0", "50%")

    def control(self, *words: str) -> None:
        """One `pactl` command."""
        assert self._asked(*words) == 0, words

    def unplug(self, module: str) -> None:
        """Takes away `MICROPHONE` or `SPEAKER`; what was connected to it is moved to what else there is."""
        listed = subprocess.run(
            ["pactl", "list", "short", "modules"], env=self._environment, capture_output=True, check=True, text=True
        )
        wanted = module.replace(" ", "\t", 1)
        number = next(line.split()[0] for line in listed.stdout.splitlines() if wanted in line)
        self.control("unload-module", number)

    def plug(self, module: str) -> None:
        """Brings it back, as the one to be used."""
        self.control("load-module", *module.split())
        if module == MICROPHONE:
            self.control("set-default-source", "mic")
        else:
            self.control("set-default-sink", "spk")

    def _asked(self, *words: str) -> int:
        return subprocess.run(
            ["pactl", *words], env=self._environment, capture_output=True, check=False, timeout=30
        ).returncode

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


@contextlib.contextmanager
def sound_server(rate: int = 48_000) -> Iterator[SoundServer]:
    """A server that this process, too, and what it starts talk to; PortAudio has looked for devices anew."""
    sounddevice = pytest.importorskip("sounddevice")
    with contextlib.closing(SoundServer(rate)) as server, pytest.MonkeyPatch.context() as environment:
        environment.setenv("PULSE_SERVER", server.address)
        _look_anew(sounddevice)
        yield server
    _look_anew(sounddevice)


def _look_anew(sounddevice: Any) -> None:
    sounddevice._terminate()
    sounddevice._initialize()
