"""What happened: the record, and what its codes mean. Pure."""
