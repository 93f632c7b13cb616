"""Devices to stamped values: the camera's thread, the microphone's ring, the loudspeaker's clips.

Watches that devices are alive and brings them back by identity. Must never swap to another device silently, decode a
picture, or wait for whoever takes the values.
"""
