"""The cards of cameras: how their folders are laid out, and which of their files are one clip."""
