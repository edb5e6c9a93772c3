"""What selling costs: expenses and salaries, as rows and as what the ledger is told of them."""
