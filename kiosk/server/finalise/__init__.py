"""See the package's README line in `kiosk.server`."""
