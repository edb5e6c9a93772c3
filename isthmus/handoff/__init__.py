"""The crossing: leads handed over, accepted or returned with a reason."""
