"""What the server knows: candidates, interviews, sessions, recordings, kiosks, consents, erasures, audit."""
