"""Link Finished Proxies: from proven proxies to the clips of the open project."""
