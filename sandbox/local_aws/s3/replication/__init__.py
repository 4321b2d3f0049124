"""Replication from bucket to bucket."""
