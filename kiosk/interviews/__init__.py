"""Interview files: load, validate with exact messages. Never starts anything."""
