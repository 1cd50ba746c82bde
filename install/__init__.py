"""`python3 install …`: puts Proxx on a machine that has only Python, and takes it away again.

Standard library only, and nothing of Proxx is imported here: this code runs before Proxx exists.
"""
