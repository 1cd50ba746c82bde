"""The talk with the host that started Proxx: what is said, how it travels, how it is kept."""
