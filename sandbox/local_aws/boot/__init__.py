"""How a local AWS starts: by itself, or as a fork of a process that has loaded everything."""
