"""Screens and widgets (Qt). A screen renders a View and posts Requests; it knows no device, no file, no SQL."""
