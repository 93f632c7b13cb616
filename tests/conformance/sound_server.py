"""A PulseAudio daemon of the tests' own: a loudspeaker and a microphone that hears it 60 ms later and 18 dB quieter."""

import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest

LOOP = "latency_msec=60 adjust_time=0 source_dont_move=true sink_dont_move=true"


class SoundServer:
    """Runs from construction to `close`; whoever talks to it needs `PULSE_SERVER` in the environment."""

    def __init__(self) -> None:
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
        modules = (
            f"module-native-protocol-unix socket={self._folder}/s auth-anonymous=1",
            "module-null-sink sink_name=spk rate=48000 channels=1 format=s16le",
            "module-null-sink sink_name=vmic rate=48000 channels=1 format=s16le",
            f"module-loopback source=spk.monitor sink=vmic {LOOP}",
            "module-remap-source source_name=mic master=vmic.monitor channels=1",
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
