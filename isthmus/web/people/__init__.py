"""People: their list, their page with everything that happened, and its forms."""
