"""How every page does something: a button or a small form, one command, an answer, and the way back."""
