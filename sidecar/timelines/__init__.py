"""Timelines of other programs → the media they use → creation; and proxies back into OTIO."""
