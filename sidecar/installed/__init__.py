"""What is installed on this machine, told by its files alone: nothing is started and nothing is
asked.

Standard library only, and nothing else of Proxx: the installer imports it before anything that
Proxx needs is there.
"""
