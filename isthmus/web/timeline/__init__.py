"""The one timeline: what happened with a person, an account, a lead or a deal, told from the ledger."""
