"""A company with known truth: the sample company and the oracle of analysis."""
