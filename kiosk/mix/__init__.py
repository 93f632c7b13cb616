"""Samples of several clocks → one track on the session clock.

Pure functions and small machines; no threads, no devices, no files.
"""
