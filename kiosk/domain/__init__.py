"""Values, events, errors and ports that every room may know. Standard library only; no I/O but reading a clock."""
