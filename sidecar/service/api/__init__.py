"""The polling API: submit, status, results; nothing is pushed."""
