"""Workers over a watch folder: each takes whole jobs, one at a time, until a person says stop."""
