"""Examines an installation: devices, disk, encoder, clock, server, settings; and tries it all with nobody near.

Never opens a device while something is recorded, never changes what it looks at, and always comes to an end.
"""
