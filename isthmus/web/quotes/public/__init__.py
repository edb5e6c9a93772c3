"""The page on which a customer reads a quote and answers it: without signing in, without scripts."""
