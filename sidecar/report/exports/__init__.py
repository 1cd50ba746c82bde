"""Rows of results → files that other programs read; what a file cannot hold is told by name."""
