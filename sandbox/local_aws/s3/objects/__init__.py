"""Writes and reads of objects, and their events."""
