"""CopyObject."""
