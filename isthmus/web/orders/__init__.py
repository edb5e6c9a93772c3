"""The pages of orders and invoices, and the acts on them and on subscriptions."""
