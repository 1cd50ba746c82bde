"""The FFmpeg engine."""
