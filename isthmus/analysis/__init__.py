"""Pure mathematics over arrays: no Django, no database, no clock.

The same input and seed give the same answer.
"""
