"""One module per screen. A screen renders a View and posts Requests; it knows nothing else."""
