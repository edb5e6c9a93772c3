"""Settings: who is here and may what, the company's money, fields, pipelines, keys and background work."""
