"""What the ledger tells of deals through time: the pipeline of any day, forecasts and how they fared."""
