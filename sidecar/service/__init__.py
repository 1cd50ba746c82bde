"""The job service: programs submit jobs and poll; a table, a queue and workers carry them."""
