"""Encryption of buckets and objects, and the keys behind it."""
