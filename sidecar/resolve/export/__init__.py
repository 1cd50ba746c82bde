"""Make Proxies: from what Resolve shows to jobs in the two watch folders."""
