"""S3: encryption, copies, conditions and reads as AWS does them."""
