"""A local AWS: MiniStack, and around it what AWS does and MiniStack does not."""
