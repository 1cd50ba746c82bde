"""What people are shown of a watch folder: looked at, joined, and never changed."""
