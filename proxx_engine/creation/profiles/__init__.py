"""Profiles: found by name or file, written to start a new one from, and the LUTs they pin."""
