"""The same actions where Resolve may start no program: asked in files, answered beforehand."""
