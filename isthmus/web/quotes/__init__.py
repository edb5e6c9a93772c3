"""The pages of quotes: written on a deal, approved, sent, and what became of them."""
