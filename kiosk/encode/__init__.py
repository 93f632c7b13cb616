"""Pictures and samples → fragments of an MP4 (PyAV). Never opens a file: it writes to a sink that it is given."""
