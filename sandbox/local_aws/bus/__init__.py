"""The event bus: rules, targets, forwarding between accounts, and who may put events."""
