"""Footage → frozen JobSpecs."""
