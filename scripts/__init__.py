"""What make runs: set-up, tests, checks, locks. The program itself never imports this."""
