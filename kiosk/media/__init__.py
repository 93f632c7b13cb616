"""What is known of MP4 files: box scan, probe, loudness, rendition. Pure functions on files and bytes."""
