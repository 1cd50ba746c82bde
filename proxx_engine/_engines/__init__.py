"""The engines, private to the execution adapter."""
