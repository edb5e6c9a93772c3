"""Finding a person, an account, a lead or a deal."""
