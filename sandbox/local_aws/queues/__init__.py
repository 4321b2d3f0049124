"""Queues, topics and the event source mappings of functions."""
