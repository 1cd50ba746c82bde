"""Render farms: JobSpecs as a bundle of Open Job Description, one task for each, and its results.

A bundle is a folder that farms read (template, values, assets) and that holds what its tasks run:
`jobs/`, one folder for each task with its job file, where journal, log and result come to lie. The
farm decides when and where a task runs; what it means is the JobSpec's alone.
"""
