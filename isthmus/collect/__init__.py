"""Events from the tools people already have: sources, receiving, what they mean, channels, bots, quarantine.

The receiver puts what comes into the ledger's segments and answers; `translating` makes facts of it when it
is sealed. What cannot be read is kept, as it came, with its reason.
"""
