"""The catalogue: one definition per number, its dimensions, its rows.

A metric (`definitions/`) says what one row is, which fact dates it and what it is worth. The rest is here,
once for all of them: windows, dimensions, filters, permission, totals, intervals, refusals and the way
down to the rows. Other rooms ask through `isthmus.metrics.queries`.
"""
