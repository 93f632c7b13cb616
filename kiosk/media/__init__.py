"""What is known of MP4 files: box scan, probe, loudness. Pure functions on files and bytes."""
