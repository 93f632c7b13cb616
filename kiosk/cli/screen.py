"""`kiosk run` and `kiosk demo`: the kiosk with its screens."""

import argparse
import os
import shutil
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.cli.options import add_config, add_devices, add_output, configuration
from kiosk.domain.clock import SystemClock, seconds
from kiosk.domain.errors import BadRequest, WorldFailed, from_code
from kiosk.domain.view import SessionState as State
from kiosk.domain.view import StopSession, View
from kiosk.session.states import recording

if TYPE_CHECKING:
    from kiosk.app import Kiosk
    from kiosk.config import Config
    from kiosk.domain.interview import Interview

DEMO_CANDIDATE = "demo-1"
END_LIMIT_S = 40.0


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
    config = configuration(options).config
    return _Show(config, _offered(config.interview), windowed=options.windowed).run()


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
    show = _Show(config, (interview,), windowed=True, demonstration=True)
    code = show.run()
    return code or _summary(show)


def _offered(path: Path) -> "tuple[Interview, ...]":
    """One interview, or all that lie in a folder."""
    from kiosk.interviews.load import load

    if not path.is_dir():
        return (load(path),)
    interviews = tuple(load(file) for file in sorted(path.glob("*.toml")))
    if not interviews:
        raise BadRequest(f"There is no interview file in {path}.", "Put at least one *.toml there.")
    return interviews


def _display() -> bool:
    """Whether there is a screen that Qt can open; a stale DISPLAY would abort the program."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM") or os.environ.get("WAYLAND_DISPLAY"):
        return True
    name = os.environ.get("DISPLAY", "")
    if not name.startswith(":"):
        return bool(name)
    return Path(f"/tmp/.X11-unix/X{name[1:].split('.')[0]}").exists()  # noqa: S108  # where X says it lies


class _Show:
    """One run of the screens: builds the window and the kiosk behind it, and takes both down again."""

    def __init__(
        self, config: "Config", interviews: "tuple[Interview, ...]", *, windowed: bool, demonstration: bool = False
    ) -> None:
        self.config = config
        self.interviews = interviews
        self.last = View()
        self.pictures: tuple[str, ...] = ()
        self._windowed = windowed
        self._demonstration = demonstration
        self._crash: BaseException | None = None
        self._candidate: Any = None
        self._ended = threading.Event()

    @property
    def shots(self) -> Path:
        return self.config.output / "screenshots"

    def run(self) -> int:
        from kiosk import logs
        from kiosk.app import Kiosk, check_ready
        from kiosk.demo import SimulatedCandidate
        from kiosk.system import host, places
        from kiosk.ui.application import make_application
        from kiosk.ui.application import run as run_window
        from kiosk.ui.autopilot import Autopilot
        from kiosk.ui.bridge import Bridge
        from kiosk.ui.window import KioskWindow

        logs.configure("kiosk", folder=places.state_folder() / "logs", verbose=False, console=False)
        clock = SystemClock()
        if self._demonstration:
            check_ready(self.config, self.interviews[0], clock)
        application = make_application(sys.argv[:1])
        kiosk = Kiosk(self.config, clock, self._on_view, self._on_crash)
        self._bridge = Bridge(kiosk.post)
        self._application = application
        window = KioskWindow(self._bridge, self._settings(), clock)
        window.closing.connect(application.quit)
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: application.quit())
        pilot = None
        speaks = self.config.microphone == "simulated"
        if self._demonstration:
            host.private_folder(self.shots)
            for old in self.shots.glob("[0-9][0-9]-*.png"):
                old.unlink()
            code = _code(self.interviews[0])
            pilot = Autopilot(window, self._bridge, DEMO_CANDIDATE, code, self.shots, window.screen_name, speaks=speaks)
            pilot.ended.connect(application.quit)
        if speaks:
            on_answer = pilot.answer_takes if pilot else None
            self._candidate = SimulatedCandidate(self.interviews[0], kiosk.speech, kiosk.simulate, on_answer)
        kiosk.start()
        if pilot is not None:
            pilot.begin()
        try:
            code_of_loop = run_window(window)
            self._end(kiosk)
        finally:
            self._bridge.close()
            if self._candidate is not None:
                self._candidate.stop()
            kiosk.stop()
        if pilot is not None:
            self.pictures = pilot.pictures
        if self._crash is not None:
            raise WorldFailed(f"The kiosk stopped because of a fault of its own: {self._crash}.") from self._crash
        return code_of_loop

    def _end(self, kiosk: "Kiosk") -> None:
        """Whoever leaves while an interview runs ends it in order: what was recorded is sealed."""
        if recording(self.last.state) or self.last.state is State.PREPARING:
            print("Ending the recording in order ...", file=sys.stderr)
            kiosk.post(StopSession("interrupted"))
            self._ended.wait(END_LIMIT_S)

    def _settings(self) -> Any:
        from kiosk.interviews.consent import load_consent
        from kiosk.ui.settings import UiSettings

        language = self.interviews[0].language if self.interviews else self.config.language
        consent = load_consent(language)
        return UiSettings(
            kiosk_name=self.config.kiosk_name,
            theme=self.config.theme,
            consent_text=consent.text,
            consent_version=consent.version,
            consent_sha256=consent.sha256,
            language=consent.language,
            interviews=self.interviews,
            windowed=self._windowed,
            disk_free=lambda: shutil.disk_usage(self.config.output).free,
        )

    def _on_view(self, view: View) -> None:
        self.last = view
        if view.state in {State.FINISHED, State.FAILED}:
            self._ended.set()
        else:
            self._ended.clear()
        self._bridge.post_view(view)
        if self._candidate is not None:
            self._candidate.on_view(view)

    def _on_crash(self, error: BaseException) -> None:
        self._crash = error
        self._application.quit()


def _code(interview: "Interview") -> dict[str, str]:
    """What the simulated candidate types."""
    text = 'def greet(name):\nreturn f"Hello, {name}"'  # the editor indents by itself
    return {question.id: text for question in interview.questions}


def _summary(show: _Show) -> int:
    """Says what was recorded, measured from the file itself."""
    from kiosk.files.manifest import read_manifest
    from kiosk.media.inspect import inspect

    last = show.last
    if last.state is State.FAILED:
        raise from_code(last.failure, last.message)
    if last.state is not State.FINISHED:
        raise WorldFailed(f"The demonstration ended early, while {last.state}.")
    manifest = read_manifest(Path(last.manifest))
    found = inspect(Path(last.recording), manifest)
    sound = found.audio
    loud = f"{sound.integrated_lufs:.1f} LUFS, true peak {sound.true_peak_dbtp:.1f} dBTP" if sound else "none"
    frames, dropped = (last.stopped.frames, last.stopped.dropped) if last.stopped else (0, 0)
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
