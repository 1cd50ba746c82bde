"""The watch folder: states are folders, a claim is an exclusive create, all of it on the disk."""
