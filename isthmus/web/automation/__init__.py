"""Rules in Settings: the list, the sentence with blanks, what it would have done, and what it did."""
