"""The pages of commission."""
