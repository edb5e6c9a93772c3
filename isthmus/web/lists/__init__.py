"""The one list: columns, filters, sort, search and pages of rows, all of it in the address."""
