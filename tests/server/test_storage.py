"""The store: durable, replaced as a whole, nothing outside it."""

import stat
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from kiosk.server.catalogue import audit
from kiosk.server.catalogue.models import AuditEntry
from kiosk.server.storage import DurableStorage, incoming


def test_what_is_saved_can_be_read_and_only_by_this_account(database: Path) -> None:
    name = default_storage.save("a/b/c.bin", ContentFile(b"one"))
    assert name == "a/b/c.bin"
    with default_storage.open(name) as file:
        assert file.read() == b"one"
    path = Path(default_storage.path(name))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_saving_again_replaces_the_file(database: Path) -> None:
    default_storage.save("a.bin", ContentFile(b"one"))
    assert default_storage.save("a.bin", ContentFile(b"two")) == "a.bin"
    with default_storage.open("a.bin") as file:
        assert file.read() == b"two"


@pytest.mark.parametrize("name", ["../a.bin", "/etc/a.bin", "a/../../b.bin"])
def test_names_that_lead_outside_are_refused(database: Path, name: str) -> None:
    with pytest.raises(SuspiciousFileOperation):
        default_storage.save(name, ContentFile(b"one"))


def test_a_link_that_leads_outside_is_refused(tmp_path: Path) -> None:
    store = DurableStorage(str(tmp_path / "store"))
    (tmp_path / "store").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "store" / "link").symlink_to(tmp_path / "outside")
    with pytest.raises(SuspiciousFileOperation):
        store.save("link/a.bin", ContentFile(b"one"))
    assert list((tmp_path / "outside").iterdir()) == []


def test_what_arrives_and_is_not_kept_leaves_nothing(database: Path) -> None:
    with incoming() as arriving:
        arriving.write(b"one")
        arriving.finish()
    assert [path for path in (database / "media").rglob("*") if path.is_file()] == []


def test_an_audit_entry_is_cut_to_what_its_columns_hold(database: Path) -> None:
    audit.record("w" * 500, "view", detail="d" * 900)
    entry = AuditEntry.objects.get()
    assert (len(entry.who), entry.what, len(entry.detail)) == (150, "view", 500)
