"""The lead and its states, on its way from marketing to sales."""
