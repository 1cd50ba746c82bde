"""Folders and cards → clips as an editing system sees them, and what no proxy is made of."""
