"""Text → 48 kHz PCM files, cached by content. Never plays a sound; never runs the engine in this process."""
