"""`kiosk run` and `kiosk demo`: the kiosk with its screens."""

import argparse
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from kiosk.cli import complain, ending
from kiosk.cli.options import add_config, add_devices, add_json, add_output, configuration, start_logs
from kiosk.domain.clock import SystemClock, seconds
from kiosk.domain.errors import KioskError, WorldFailed, from_code
from kiosk.domain.view import Assigned, Leaving, Sending, View
from kiosk.domain.view import SessionState as State

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.cli.calling import Calling
    from kiosk.cli.daily_test import DailyTest
    from kiosk.cli.only_one import OnlyOne
    from kiosk.config import Config
    from kiosk.domain.interview import Interview
    from kiosk.domain.requests import TryDevices

DEMO_CANDIDATE = "demo-1"
X_SOCKET = "/tmp/.X11-unix/X"  # noqa: S108  # where X says that it listens


def add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--windowed", action="store_true", help="in a window instead of the whole screen")
    parser.add_argument("--simulated", action="store_true", help="with simulated devices, to try an installation")
    add_config(parser)
    add_output(parser)
    add_devices(parser)
    parser.set_defaults(run=run)


def add_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--real", action="store_true", help="with this machine's camera, microphone and loudspeaker")
    add_config(parser)
    add_output(parser)
    add_json(parser)
    parser.set_defaults(run=demo)


def run(options: argparse.Namespace) -> int:
    """The kiosk, until it is closed."""
    if not _display():
        raise WorldFailed(
            "There is no screen to show the kiosk on.",
            "Start it in a graphical session, or use 'kiosk record' or 'kiosk demo', which need none.",
        )
    if options.simulated:
        options.camera = options.microphone = options.speaker = "simulated"
    loaded = configuration(options)
    from kiosk.cli.findings import Findings
    from kiosk.cli.offered import offered
    from kiosk.cli.only_one import OnlyOne

    interviews = offered(loaded.config.interview)
    findings = Findings(loaded, SystemClock())
    only = OnlyOne()
    show = _Show(
        loaded.config, interviews, windowed=loaded.config.windowed, config_file=options.config, findings=findings
    )
    try:
        code = show.run(only)
    finally:
        only.leave()
    if show.last.leaving is Leaving.MACHINE:
        _switch_off()
    return code


def _switch_off() -> None:
    from kiosk.system import power

    try:
        power.switch_off()
    except (OSError, subprocess.TimeoutExpired) as error:
        raise WorldFailed(
            f"The machine did not switch itself off ({error}).", "Use its power button; everything is stored."
        ) from error


def demo(options: argparse.Namespace) -> int:
    """A whole interview with a simulated candidate; ends by itself with a summary."""
    from kiosk.interviews.load import load
    from kiosk.system import places

    config = configuration(options).config
    if not options.real:
        config = replace(config, camera="simulated", microphone="simulated", speaker="simulated")
    if not _display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        print("No screen here: the demonstration runs unseen and saves a picture of each screen.", file=sys.stderr)
    interview = load(places.asset("interviews/demonstration.toml"))
    show = _Show(config, (interview,), windowed=True, demonstration=True, config_file=options.config)
    code = show.run()
    return code or _summary(show, as_json=options.json)


def _display() -> bool:
    """Whether there is a screen that Qt can open; a stale DISPLAY would abort the program."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM") or os.environ.get("WAYLAND_DISPLAY"):
        return True
    name = os.environ.get("DISPLAY", "")
    if not name.startswith(":"):
        return bool(name)
    path = X_SOCKET + name[1:].split(".")[0]
    return any(_listens(where) for where in (path, f"\0{path}"))


def _listens(where: str) -> bool:
    if sys.platform == "win32":
        return True
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(where)
        except OSError:
            return False
    return True


def _no_screen(words: str) -> NoReturn:
    """Qt is about to abort the program: this ends it with a sentence instead. Nothing has been started yet."""
    said = " ".join(words.split()).rstrip(".")
    complain(
        f"The screen cannot be opened ({said}). "
        "Start the kiosk in a graphical session of this account, or use 'kiosk record', which needs no screen."
    )
    sys.stdout.flush()
    os._exit(WorldFailed.exit_code)


class _Show:
    """One run of the screens: builds the window and the kiosk behind it, and takes both down again."""

    def __init__(
        self,
        config: "Config",
        interviews: "tuple[Interview, ...]",
        *,
        windowed: bool,
        demonstration: bool = False,
        config_file: Path | None = None,
        findings: "Callable[[], list[str]]" = list,
    ) -> None:
        self.config = config
        self._findings = findings
        self._config_file = config_file
        self.interviews = interviews
        self.last = View()
        self.pictures: tuple[str, ...] = ()
        self._windowed = windowed
        self._demonstration = demonstration
        self._crash: BaseException | None = None
        self._bridge: Any = None
        self._candidate: Any = None
        self._daily: DailyTest | None = None
        self._calling: Calling | None = None

    @property
    def shots(self) -> Path:
        return self.config.output / "screenshots"

    def run(self, only: "OnlyOne | None" = None) -> int:
        """Until the window goes away, which it does not while an interview runs: it ends that first."""
        from PySide6.QtCore import QTimer

        from kiosk.app import Kiosk, check_ready
        from kiosk.cli.calling import Calling
        from kiosk.demo import SimulatedCandidate
        from kiosk.outbox import process as outbox
        from kiosk.ui.application import make_application
        from kiosk.ui.application import run as run_window
        from kiosk.ui.bridge import Bridge
        from kiosk.ui.window import KioskWindow

        start_logs("kiosk", self.config)
        clock = SystemClock()
        check_ready(self.config, self.interviews, clock, rejoins=not self._demonstration)
        application = make_application(sys.argv[:1], _no_screen)
        self._calling = Calling()
        kiosk = Kiosk(self.config, clock, self._on_view, self._on_crash, self.interviews, self._offers)
        self._bridge = Bridge(kiosk.post)
        window = KioskWindow(self._bridge, self._settings(), clock)
        window.closing.connect(application.quit)
        if only is not None:
            only.on_call(self._bridge.called.emit)
        pilot = self._pilot(window, application.quit) if self._demonstration else None
        if self.config.microphone == "simulated":
            on_answer = pilot.answer_takes if pilot else None
            self._candidate = SimulatedCandidate(kiosk.speech, kiosk.simulate, on_answer)

        def leave() -> None:
            if window.busy:
                with contextlib.suppress(OSError):  # the terminal may be gone
                    print("Ending the recording in order ...", file=sys.stderr)
            QTimer.singleShot(0, application.quit)  # closes the window, which may want to end something first

        ending.on_ending(leave)
        tries = self._tries_daily(kiosk.post, clock)
        kiosk.start()
        outbox.start_beside(self.config.output, self._config_file)
        if pilot is not None:
            pilot.begin()
        else:
            kiosk.look_back()
        try:
            code = run_window(window)
        finally:
            tries.stop()
            window.hide()  # what follows takes a moment, and nothing would be drawn any more
            self._bridge.close()
            if self._candidate is not None:
                self._candidate.stop()
            kiosk.stop()
            self._calling.end()
        if pilot is not None:
            self.pictures = pilot.pictures
        if self._crash is not None:
            raise WorldFailed(f"The kiosk stopped because of a fault of its own: {self._crash}.") from self._crash
        if self.last.state is State.FAILED:  # left before somebody read it on the screen
            raise from_code(self.last.failure, self.last.message)
        if code:
            raise WorldFailed("The screen was lost.", "What was recorded until then is stored.")
        return code

    def _pilot(self, window: Any, on_ended: Any) -> Any:
        """The hands of the simulated candidate, and a folder for pictures of the screens."""
        from kiosk.demo import CODE
        from kiosk.system import host
        from kiosk.ui.autopilot import Autopilot

        host.private_folder(self.shots)
        for old in self.shots.glob("[0-9][0-9]-*.png"):
            old.unlink()
        speaks = self.config.microphone == "simulated"
        pilot = Autopilot(window, self._bridge, DEMO_CANDIDATE, CODE, self.shots, window.screen_name, speaks=speaks)
        pilot.ended.connect(on_ended)
        return pilot

    def _offers(self) -> "tuple[tuple[Interview, ...], tuple[Assigned, ...]]":
        """What can be held here now: the demonstration, or what the configuration and the server say."""
        from kiosk.cli.offered import offers

        return (self.interviews, ()) if self._demonstration else offers(self.config.interview)

    def _tries_daily(self, post: "Callable[[TryDevices], None]", clock: SystemClock) -> Any:
        """The timer that looks whether the daily self-test is due. Of simulated devices there is nothing to tell."""
        from PySide6.QtCore import QTimer

        from kiosk.cli.daily_test import LOOK_MS, DailyTest

        timer = QTimer()
        if not self._demonstration and "simulated" not in {self.config.camera, self.config.microphone}:
            self._daily = DailyTest(self.config.self_test_at, clock, post)
            timer.timeout.connect(self._daily.look)
            timer.start(LOOK_MS)
        return timer

    def _settings(self) -> Any:
        from kiosk.interviews.consent import load_consent
        from kiosk.ui.settings import UiSettings

        language = self.interviews[0].language if self.interviews else self.config.language
        consent = load_consent(language)
        return UiSettings(
            kiosk_name=self.config.kiosk_name,
            theme=self.config.theme,
            organisation=self.config.organisation,
            logo=self.config.logo,
            accent=self.config.accent,
            motion=self.config.motion,
            consent_text=consent.text,
            consent_version=consent.version,
            consent_sha256=consent.sha256,
            language=self.config.language,
            interviews=self.interviews,
            windowed=self._windowed,
            sending=self._sending,
            disk_free=lambda: shutil.disk_usage(self.config.output).free,
            findings=self._findings,
            screen=self.config.screen,
        )

    def _sending(self) -> Sending | None:
        from kiosk.outbox.process import enrolled
        from kiosk.outbox.progress import progress

        if not enrolled():
            return None
        try:
            found = progress(self.config.output)
        except KioskError as error:
            return Sending(problem=error.what)
        return Sending(found.sessions, found.chunks_total - found.chunks_sent, found.problem)

    def _on_view(self, view: View) -> None:
        self.last = view
        self._bridge.post_view(view)
        if self._daily is not None:
            self._daily.on_view(view)
        if self._calling is not None:
            self._calling.on_view(view)
        if self._candidate is not None:
            self._candidate.on_view(view)

    def _on_crash(self, error: BaseException) -> None:
        self._crash = error
        self._bridge.crashed.emit()


def _summary(show: _Show, *, as_json: bool) -> int:
    """Says what was recorded, measured from the file itself."""
    from kiosk.files.manifest import read_manifest
    from kiosk.media.inspect import inspect

    last = show.last
    if last.state is State.FAILED:
        raise from_code(last.failure, last.message)
    if last.state is not State.FINISHED or not last.recording:
        raise WorldFailed("The demonstration ended early, before anything was recorded.")
    if last.message:
        length = f"{seconds(last.duration_ns):.1f} s"
        raise WorldFailed(
            f"The demonstration ended early ({last.message}).", f"{length} are stored in {last.recording}."
        )
    manifest = read_manifest(Path(last.manifest))
    found = inspect(Path(last.recording), manifest)
    sound = found.audio
    loud = f"{sound.integrated_lufs:.1f} LUFS, true peak {sound.true_peak_dbtp:.1f} dBTP" if sound else "none"
    frames, dropped = (last.stopped.frames, last.stopped.dropped) if last.stopped else (0, 0)
    if as_json:
        print(json.dumps({
            "recording": last.recording,
            "manifest": last.manifest,
            "duration_s": seconds(last.duration_ns),
            "frames": frames,
            "dropped": dropped,
            "loudness_lufs": sound.integrated_lufs if sound else None,
            "true_peak_dbtp": sound.true_peak_dbtp if sound else None,
            "chapters": [{"question": c.question, "start_s": c.start_s, "end_s": c.end_s} for c in manifest.chapters],
            "screenshots": str(show.shots),
        }))  # fmt: skip
        return 0
    print("The demonstration interview is recorded.")
    print(f"  file       {last.recording}")
    print(f"  length     {seconds(last.duration_ns):.1f} s")
    print(f"  pictures   {frames} frames, {dropped} dropped")
    print(f"  sound      {loud}")
    for chapter in manifest.chapters:
        end = f"{chapter.end_s:6.1f}" if chapter.end_s is not None else "     -"
        print(f"  chapter    {chapter.start_s:6.1f} - {end} s  {chapter.question}")
    print(f"  pictures of the screens   {show.shots} ({len(show.pictures)})")
    print(f"Play the file, or look into it with: kiosk inspect {last.recording}")
    return 0
