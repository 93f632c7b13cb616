"""Simulated devices, part of the product: IT tries an installation with them, and tests make them fail on purpose.

They are honest: pictures come by the clock through the raw path, the microphone has its own drifting clock and hears
the loudspeaker through a room's delay. They must never know whether somebody is testing.
"""
