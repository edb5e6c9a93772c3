"""Rules: when a fact comes or the clock says so, if conditions hold, then commands; rehearsed and logged."""
