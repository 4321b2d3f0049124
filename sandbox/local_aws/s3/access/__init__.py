"""Who may read and write: bucket policies, public access, websites."""
