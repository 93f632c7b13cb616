"""Drivers behind the ports of `domain.devices`: OpenCV, sounddevice, pyttsx3, files, and honest simulations.

This is the only room that knows cv2, sounddevice, pyttsx3 and espeakng_loader. What those libraries raise, print or
swallow is translated here into `domain.errors`. A device that the system refuses is never called missing.
"""
