"""The command line: arguments, exit codes, words. Everything else is elsewhere."""
