"""The only effects: files, processes, probing, locks, clocks."""
