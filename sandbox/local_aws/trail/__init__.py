"""CloudTrail: the record of each call, and the event it makes."""
