"""What is decided about a job, before anything is touched. Pure."""
