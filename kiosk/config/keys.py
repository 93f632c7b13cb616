"""The table of keys: name, default, what may stand there, and one line for the reference. One key, one line.

A key that begins with `server_` stands in the table `[server]` of a file: `server_proxy` is `proxy` there.
"""
# ruff: noqa: RUF009  # `_key` makes a field and nothing that instances would share

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from kiosk.config import kinds
from kiosk.config.kinds import Kind, one_of, whole
from kiosk.system import places

PRESETS: Final = ("auto", "ultrafast", "superfast", "veryfast", "faster", "fast", "medium")
THEMES: Final = ("light", "dark", "contrast")
TABLES: Final = ("server",)
"""Keys that begin with such a name and an underscore stand in a table of it."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of one key."""

    name: str
    default: Any
    """The value, or a function that finds it on this machine."""
    kind: Kind
    words: str
    """One sentence for the reference."""

    @property
    def in_file(self) -> tuple[str, str]:
        """Table and name as they stand in a file; the table is empty for most."""
        table = next((table for table in TABLES if self.name.startswith(f"{table}_")), "")
        return table, self.name.removeprefix(f"{table}_") if table else self.name

    def default_here(self) -> Any:
        """The value that holds when nobody says another."""
        return self.default() if callable(self.default) else self.default


def _key(default: object, kind: Kind, words: str) -> Any:
    return field(metadata={"default": default, "kind": kind, "words": words})


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What an installation can set. Device values are SPECs, as the command line takes them."""

    output: Path = _key(
        places.default_output, kinds.path, "The folder where recordings go; see above for where that is by itself."
    )
    camera: str = _key("0", kinds.device, "The camera.")
    microphone: str = _key("default", kinds.device, "The microphone.")
    speaker: str = _key("default", kinds.device, "The loudspeaker.")
    kiosk_name: str = _key("Interview kiosk", kinds.some_text, "What this kiosk is called, on its screen and in files.")
    interview: Path = _key(
        lambda: places.asset("interviews/general.toml"),
        kinds.path,
        "The interview file that the kiosk offers; by itself one that comes with it.",
    )
    language: str = _key("en", kinds.language, "Language of the screens and of the consent.")
    voice: str = _key(
        "", kinds.text, 'Name or id of the voice that asks; "" for one that fits the interview\'s language.'
    )
    words_per_minute: int = _key(150, whole(80, 300), "How fast the voice speaks.")
    rec_mark: bool = _key(True, kinds.truth, "Burn the REC mark into the picture.")
    timestamp: bool = _key(True, kinds.truth, "Burn date and time into the picture.")
    sound_offset_ms: int = _key(
        0, whole(-500, 500), "How much later than the picture this kiosk's sound arrives, as 'kiosk rehearse' tells it."
    )
    microphone_gain_db: int = _key(
        0, whole(-20, 20), "Fixed gain of the microphone until the check before an interview has measured a better one."
    )
    preset: str = _key(
        "auto", one_of(*PRESETS), "How hard x264 works. Slower ones look better; 'auto' tries what this machine can do."
    )
    check: bool = _key(True, kinds.truth, "Try camera, loudspeaker and microphone with the candidate before.")
    rehearsal: bool = _key(True, kinds.truth, "Offer the candidate a practice question, of which nothing is kept.")
    self_check: bool = _key(True, kinds.truth, "Prove at the start, and when idle for long, that the kiosk is ready.")
    proctor_pin_hash: str = _key(
        "",
        kinds.pin_hash,
        "Hash of the PIN that opens the proctor's panel, as 'kiosk pin' prints it; without, it opens.",
    )
    theme: str = _key("light", one_of(*THEMES), "Colours of the screens.")
    organisation: str = _key("", kinds.text, "Whose interviews these are; stands on the welcome screen.")
    logo: Path | None = _key(None, kinds.optional_path, "A picture of the organisation, SVG or PNG.")
    accent: str = _key("", kinds.accent, "The organisation's colour; made darker or lighter where it cannot be read.")
    motion: str = _key("system", one_of("system", "reduced", "full"), "Whether screens fade in.")
    windowed: bool = _key(False, kinds.truth, "In a window that people can leave, instead of the whole screen.")
    screen: str = _key(
        "", kinds.text, "Of several screens the kiosk's own, by name (HDMI-1) or number; the others are covered."
    )
    keep_days: int = _key(7, whole(0, 3650), "Days for which a recording stays here once the server has it.")
    keep_free_hours: int = _key(
        4, whole(0, 1000), "With less room than for so many hours, sent recordings go earlier; unsent ones never."
    )
    self_test_at: str = _key(
        "", kinds.time_of_day, "When the devices are tried each day, with nobody near: a tone, a picture, a recording."
    )
    metrics_port: int = _key(
        0, whole(0, 65535), "Port of this machine alone where Prometheus may read how sending does; 0 for none."
    )
    log_format: str = _key("text", one_of("text", "json"), "Lines of the log files, for people or for machines.")
    log_megabytes: int = _key(4, whole(1, 1000), "Size at which a log file is put aside and a new one begun.")
    log_files: int = _key(5, whole(1, 100), "How many log files of each program are kept beside the newest.")
    server_url: str = _key(
        "", kinds.server, "The server that 'kiosk enrol' enrols with; a kiosk that is enrolled elsewhere sends nothing."
    )
    server_proxy: str = _key("", kinds.proxy, 'The way out to the server, http://host:port; "" for directly.')
    server_ca_file: Path | None = _key(
        None, kinds.optional_path, "Certificates (PEM) of your own authority, trusted beside the system's."
    )


KEYS: Final = {
    each.name: Key(each.name, each.metadata["default"], each.metadata["kind"], each.metadata["words"])
    for each in fields(Config)
}
