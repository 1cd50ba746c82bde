"""The project held to its laws: `python -m tests.governance` asks them all and says where one is
broken.
"""
