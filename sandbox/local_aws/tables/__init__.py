"""DynamoDB: conditions and resource policies."""
