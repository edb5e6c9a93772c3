"""The pages of quotas: who is how far, what is still needed beside what is usual, the league table."""
