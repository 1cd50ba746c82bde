"""One clip's files → what a JobSpec says of them: probed, many at a time."""
