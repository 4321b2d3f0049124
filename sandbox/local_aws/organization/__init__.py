"""AWS Organizations and Account Management."""
