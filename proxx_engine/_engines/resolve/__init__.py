"""The Resolve engine: DaVinci Resolve renders a clip, and finds its user's work as it was."""
