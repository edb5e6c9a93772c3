"""Commission: the rules as pure functions, what they read, and the statements that come out."""
