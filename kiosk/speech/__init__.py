"""Text to PCM at 48 kHz: rendered by the speech engine, levelled, cached by content.

Must never speak aloud, and never make an interview wait: a text is rendered before it is needed.
"""
