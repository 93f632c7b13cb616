"""Camera thread, microphone and loudspeaker callbacks → stamped frames and samples.

Never encodes, never writes files.
"""
