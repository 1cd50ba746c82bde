"""How the tables came to be, step by step; run by `sidecar.service.table.preparing` alone."""
