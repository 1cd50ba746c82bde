"""The tests; a package, so that what another wheel calls `tests` is never taken for it."""
