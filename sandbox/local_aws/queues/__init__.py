"""Queues, topics and the mappings that feed functions from them."""
