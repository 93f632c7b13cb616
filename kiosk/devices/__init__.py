"""Drivers behind the ports of `domain.devices`: OpenCV, sounddevice, pyttsx3, simulated.

The only room that knows a device library.
"""
