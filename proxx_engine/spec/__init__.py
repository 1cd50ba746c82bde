"""What is asked for: the contracts, and how they are read. Pure."""
