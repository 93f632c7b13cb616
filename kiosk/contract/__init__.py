"""What kiosk and server agree on: names of files, the manifest. Standard library and `domain` only."""
