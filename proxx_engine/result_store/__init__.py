"""Results that were written: found, read without trust, joined, and held against the disk."""
