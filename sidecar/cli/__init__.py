"""The command line `proxx`."""
