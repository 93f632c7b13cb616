"""The paths of `kiosk.contract.wire`."""

from typing import Any

urlpatterns: list[Any] = []
