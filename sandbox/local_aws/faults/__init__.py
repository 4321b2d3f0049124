"""Injected faults: what a test asks the local AWS to do wrong."""
