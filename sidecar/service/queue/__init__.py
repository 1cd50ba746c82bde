"""The line of job ids: one contract, in memory and through Redis."""
