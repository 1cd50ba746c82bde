"""Where JobSpecs and results lie, and media where asked: a local folder or an S3 bucket."""
