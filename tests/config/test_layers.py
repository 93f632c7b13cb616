import json
from pathlib import Path

import pytest

from kiosk.config import KEYS, Loaded, as_json, check, load, show
from kiosk.domain.errors import BadRequest
from kiosk.system import places


def loaded(
    tmp_path: Path,
    *,
    machine: str = "",
    user: str = "",
    named: str | None = None,
    environment: dict[str, str] | None = None,
    flags: dict[str, object] | None = None,
) -> Loaded:
    """The configuration of layers that are given as text; an empty one does not exist."""
    for name, content in (("machine", machine), ("user", user)):
        if content:
            (tmp_path / f"{name}.toml").write_text(content)
    config_file = None
    if named is not None:
        config_file = tmp_path / "named.toml"
        config_file.write_text(named)
    return load(
        flags or {},
        config_file,
        environment or {},
        machine_file=tmp_path / "machine.toml",
        user_file=tmp_path / "user.toml",
    )


def test_without_any_file_the_defaults_hold(tmp_path: Path) -> None:
    found = loaded(tmp_path)
    assert found.config.output == places.default_output()
    assert found.config.interview.name == "general.toml"
    assert (found.config.camera, found.config.microphone, found.config.speaker) == ("0", "default", "default")
    assert (found.config.words_per_minute, found.config.rec_mark, found.config.timestamp) == (150, True, True)
    assert (found.config.preset, found.config.theme, found.config.language) == ("auto", "light", "en")
    assert set(found.sources.values()) == {"default"}


def test_each_layer_covers_the_one_below(tmp_path: Path) -> None:
    every = [f'{key} = "{{0}}"' for key in ("camera", "microphone", "speaker", "voice", "kiosk_name")]
    machine = "\n".join(every).format("machine")
    user = "\n".join(every[:4]).format("user")
    environment = {"KIOSK_CAMERA": "environment", "KIOSK_MICROPHONE": "environment", "KIOSK_UNKNOWN": "x"}
    found = loaded(tmp_path, machine=machine, user=user, environment=environment, flags={"camera": "flag"})
    config = found.config
    assert (config.camera, config.microphone, config.speaker, config.kiosk_name) == (
        "flag",
        "environment",
        "user",
        "machine",
    )
    assert found.sources["camera"] == "--camera"
    assert found.sources["microphone"] == "KIOSK_MICROPHONE"
    assert found.sources["speaker"] == str(tmp_path / "user.toml")
    assert found.sources["kiosk_name"] == str(tmp_path / "machine.toml")
    assert found.sources["theme"] == "default"


def test_a_named_file_takes_the_place_of_the_users(tmp_path: Path) -> None:
    found = loaded(tmp_path, machine='theme = "dark"', user='camera = "user"', named='voice = "named"')
    assert (found.config.theme, found.config.camera, found.config.voice) == ("dark", "0", "named")


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="no such file"):
        load({}, tmp_path / "missing.toml", {})


def test_relative_paths_are_relative_to_the_file_that_says_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    found = loaded(tmp_path, user='output = "rec"\ncamera = "file:loop.mp4"', environment={"KIOSK_INTERVIEW": "i.toml"})
    assert found.config.output == tmp_path / "rec"
    assert found.config.camera == f"file:{tmp_path / 'loop.mp4'}"
    assert found.config.interview == tmp_path / "elsewhere" / "i.toml"


def test_absolute_paths_stay_and_addresses_are_no_paths(tmp_path: Path) -> None:
    found = loaded(tmp_path, user=f'output = "{tmp_path}"\ncamera = "http://127.0.0.1:8080/x"')
    assert found.config.output == tmp_path
    assert found.config.camera == "http://127.0.0.1:8080/x"


def test_the_environment_says_numbers_and_truths_in_words(tmp_path: Path) -> None:
    environment = {"KIOSK_WORDS_PER_MINUTE": "120", "KIOSK_REC_MARK": "no", "KIOSK_TIMESTAMP": "1", "KIOSK_VOICE": ""}
    config = loaded(tmp_path, environment=environment).config
    assert (config.words_per_minute, config.rec_mark, config.timestamp, config.voice) == (120, False, True, "")


def test_a_camera_may_be_a_number(tmp_path: Path) -> None:
    assert loaded(tmp_path, user="camera = 2").config.camera == "2"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('\ncamra = "0"', ', line 2: camra: there is no such key; did you mean "camera"?'),
        ("zzz = 1", ", line 1: zzz: there is no such key. `kiosk config show` lists all keys."),
        ('[camera]\nx = "0"', ", line 1: camera: must be a text, not a table."),
        ('words_per_minute = "fast"', ", line 1: words_per_minute: must be a whole number, not a text."),
        ("words_per_minute = 1000", ", line 1: words_per_minute: must be between 80 and 300, not 1000."),
        ('rec_mark = "yes"', ", line 1: rec_mark: must be true or false, not a text."),
        ('theme = "drak"', ', line 1: theme: must be one of light, dark, contrast, not "drak". Did you mean "dark"?'),
        ('output = ""', ", line 1: output: must not be empty."),
        ('kiosk_name = "a\\u0007"', ", line 1: kiosk_name: must be one line of 300 characters at most."),
        ('language = "english!"', ', line 1: language: must be a language tag like "en" or "en-GB", not "english!".'),
        ("camera = 1979-05-27", ", line 1: camera: must be a text, not a date or time."),
    ],
)
def test_a_mistake_is_named_with_file_line_and_key(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "user.toml"
    path.write_text(content)
    assert check(path) == [f"{path}{said}"]
    with pytest.raises(BadRequest) as caught:
        loaded(tmp_path)
    assert str(caught.value) == f"{path}{said}"


def test_all_mistakes_of_all_layers_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadRequest) as caught:
        loaded(
            tmp_path,
            machine="a = 1",
            user="b = 2",
            environment={"KIOSK_THEME": "pink", "KIOSK_WORDS_PER_MINUTE": "many"},
            flags={"preset": "placebo"},
        )
    lines = str(caught.value).splitlines()
    assert len(lines) == 5
    assert any(line.startswith("KIOSK_THEME: must be one of") for line in lines)
    assert any(line.startswith("--preset: must be one of") for line in lines)


@pytest.mark.parametrize(
    "content", [b"camera = ", b"\xff\xfe", b"x = " + b"[" * 9000, b"#" * 70_000, b"a" + b".a" * 999]
)
def test_what_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(content)
    (said,) = check(path)
    assert said.startswith(f"{path}: this is not TOML")


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    assert check(tmp_path) == [f"{tmp_path}: cannot be read (it is not a file)."]
    assert check(tmp_path / "missing.toml") == [f"{tmp_path / 'missing.toml'}: there is no such file."]


def test_the_table_and_the_json_show_every_key_with_its_source(tmp_path: Path) -> None:
    found = loaded(tmp_path, environment={"KIOSK_CAMERA": "simulated"})
    table = show(found)
    assert 'camera              "simulated"' in table
    assert any(line.startswith("camera ") and line.endswith(" KIOSK_CAMERA") for line in table.splitlines())
    assert len(table.splitlines()) == len(KEYS)
    body = json.loads(json.dumps(as_json(found)))
    assert body["values"]["camera"] == "simulated"
    assert body["sources"]["camera"] == "KIOSK_CAMERA"
    assert body["values"].keys() == body["sources"].keys()


def test_the_way_to_the_server_stands_in_a_table_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text('keep_days = 30\n[server]\nproxy = "http://proxy:3128"\nca_file = "own.pem"\n')
    found = load({}, path, {"KIOSK_KEEP_FREE_HOURS": "2"}, machine_file=tmp_path / "none.toml").config
    assert (found.keep_days, found.keep_free_hours) == (30, 2)
    assert (found.server_proxy, found.server_ca_file) == ("http://proxy:3128", tmp_path / "own.pem")
    path.write_text('[server]\nproxy = "proxy"\nca = "own.pem"\n')
    wrong = check(path)
    assert wrong[0].startswith(f'{path}, line 2: server_proxy: must be like "http://proxy.example.org:3128"')
    assert wrong[1].startswith(f'{path}, line 3: server_ca: there is no such key; did you mean "server_ca_file"?')


@pytest.mark.parametrize("colour", ["#c62828", "#FF0000", "#ff6b6b"])
def test_an_accent_is_not_red_which_belongs_to_recording(tmp_path: Path, colour: str) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text(f'accent = "{colour}"\n')
    assert check(path)[0].startswith(f"{path}, line 1: accent: must not be red")


def test_an_accent_is_a_colour(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text('accent = "blue"\n')
    assert 'must be like "#1F5FBF"' in check(path)[0]
    for good in ("#1f5fbf", "#6b6663", "#7a5c00", ""):
        path.write_text(f'accent = "{good}"\n')
        assert check(path) == []
