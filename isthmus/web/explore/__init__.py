"""Any metric of the catalogue, by anything, down to its rows."""
