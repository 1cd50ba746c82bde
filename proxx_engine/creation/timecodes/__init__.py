"""Start timecodes that files do not say themselves: card metadata, and a person's list."""
