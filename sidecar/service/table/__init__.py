"""The job table: SQLite on one host, PostgreSQL for many; one code path."""
