"""KMS: keys, their states, and the calls that MiniStack answers too kindly."""
