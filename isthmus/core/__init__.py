"""Money, windows, clock, refusals, the command registry, the job queue and the analytical engine."""
