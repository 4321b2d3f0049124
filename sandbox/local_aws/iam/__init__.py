"""Callers: identities and permissions."""
