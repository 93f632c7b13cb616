"""The reference of all keys as Markdown, made from the table itself: `kiosk config reference` prints it.

What it prints stands in `packaging/configuration.md`, and a test holds the two together.
"""

from typing import Final

from kiosk.config.keys import KEYS, TABLES, Key
from kiosk.config.kinds import shown
from kiosk.config.layers import FILE, POLICY, PREFIX

_BEGINNING: Final = f"""# Configuration

One TOML file in layers. Each layer wins over those before it:

1. the defaults below;
2. the machine's file, `{FILE}`, for every account;
3. the account's own file, or the one named with `--config`;
4. the environment: `{PREFIX}` and the key in capitals, `{PREFIX}CAMERA=simulated`;
5. options of the command line, `--camera simulated`;
6. the policy, `{POLICY}`: what it says holds, whatever stands above in this list.

`kiosk config show` prints every value with where it came from; `kiosk config check FILE` names file, line and key of
everything that is wrong. Relative paths are relative to the file that says them. There is no other place: no registry
key and no hidden file, so that a file copied by MDM, Group Policy or Ansible is all that there is to manage.

## Where the files lie

| | Linux | Windows | macOS |
|---|---|---|---|
| policy | `/etc/interview-kiosk/{POLICY}` | `%ProgramData%\\Interview Kiosk\\{POLICY}` \
| `/Library/Application Support/Interview Kiosk/{POLICY}` |
| machine | `/etc/interview-kiosk/{FILE}` | `%ProgramData%\\Interview Kiosk\\{FILE}` \
| `/Library/Application Support/Interview Kiosk/{FILE}` |
| account | `~/.config/interview-kiosk/{FILE}` | `%LocalAppData%\\interview-kiosk\\{FILE}` \
| `~/Library/Application Support/interview-kiosk/{FILE}` |
| state: enrolment, logs, self-test | `~/.local/state/interview-kiosk` | `%LocalAppData%\\interview-kiosk` \
| `~/Library/Application Support/interview-kiosk` |
| recordings (`output`) | `~/.local/share/interview-kiosk/recordings` \
| `%LocalAppData%\\interview-kiosk\\recordings` | `~/Library/Application Support/interview-kiosk/recordings` |

The environment variable `KIOSK_STATE` moves the state folder; no variable moves policy or machine file. Where the
package for Linux is installed, the kiosk's own account keeps `state`, `recordings` and `.config/interview-kiosk` in
its home, `/var/lib/interview-kiosk`. The machine's file and the policy must be readable for that account, and need
not be for others: mode 0640 and its group, so that nobody else can try PINs against the hash.

## The policy

The policy may hold any key. A file or variable that says otherwise is passed over, and `kiosk config show` tells so; an
option of the command line is refused. It is obeyed only when nobody but the administrator can write it: it belongs to
root (Windows: Administrators or the system), neither group nor others may write it, and the same holds for its folder.
Otherwise nothing starts, and the message says how to give it back.

Secrets stand in no configuration. A key that is named like one is refused, and so is an address with a password in a
file; of a PIN only the hash is kept, and the kiosk's key to the server comes from `kiosk enrol`.

```toml
# /etc/interview-kiosk/{POLICY}
output = "/var/lib/interview-kiosk/recordings"
camera = "usb-046d_HD_Pro_Webcam_C920_1234ABCD"
keep_days = 14
self_test_at = "06:30"

[server]
url = "https://interviews.example.org"
```

## Keys
"""
_TABLE: Final = """
## Table `[{table}]`

Such a key is called `{table}_...` in `kiosk config show` and `{prefix}{capitals}_...` in the environment.
"""
_HEAD: Final = """
| Key | May be | Default | What it is |
|---|---|---|---|
"""


def reference() -> str:
    """The whole page."""
    page = _BEGINNING + _HEAD + "".join(_row(key) for key in KEYS.values() if not key.in_file[0])
    for table in TABLES:
        page += _TABLE.format(table=table, prefix=PREFIX, capitals=table.upper()) + _HEAD
        page += "".join(_row(key) for key in KEYS.values() if key.in_file[0] == table)
    return page


def _row(key: Key) -> str:
    default = "" if callable(key.default) else f"`{shown(key.default)}`"
    return f"| `{key.in_file[1]}` | {key.kind.words} | {default} | {key.words} |\n"
