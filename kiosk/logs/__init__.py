"""Logs: one line per record, in a rotated file of this account, and in the system's own log where there is one.

A line says time, level, process, thread, session and message. Never log a name, an answer or a secret: ids,
numbers and sentences about devices and files are enough.
"""

from kiosk.logs.setup import Style, close, configure, name_session

__all__ = ["Style", "close", "configure", "name_session"]
