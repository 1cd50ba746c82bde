"""The media hot folder: footage that is being copied in becomes JobSpecs once it is whole."""
