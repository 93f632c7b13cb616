"""The database that knows every session (SQLite): numbered migrations and queries. The only room that speaks SQL."""
