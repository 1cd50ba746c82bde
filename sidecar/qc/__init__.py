"""Finished proxies → how near their pictures come to their sources'. Asked for by a person, never
by a job's end; no verdict changes.
"""
