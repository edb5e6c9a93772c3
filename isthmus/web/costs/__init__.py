"""The pages of what selling costs: expenses with their receipts, salaries, the cost of each sale."""
