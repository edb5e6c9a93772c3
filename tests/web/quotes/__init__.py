"""Tests of the pages of quotes, orders, invoices and prices."""
