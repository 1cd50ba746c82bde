"""What a claimed job came to: its record on its worker's host, in the storage, and in its row."""
