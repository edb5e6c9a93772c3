"""Commission: plans, splits, statements from paid money, and periods that are locked."""
