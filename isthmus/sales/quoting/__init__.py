"""Quotes to cash: what a line comes to, which price and tax hold, who approves, what acceptance sets off."""
