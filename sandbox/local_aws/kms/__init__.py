"""KMS: keys, their states, and the calls on which MiniStack is too lenient."""
