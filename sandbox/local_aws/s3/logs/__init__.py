"""Logs that services deliver to buckets."""
