"""Files attached to people, accounts, leads and deals: their bytes, their names, who brought them."""
