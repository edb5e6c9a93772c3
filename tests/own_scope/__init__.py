"""What a seller with scope "own" may reach: the records of others, and a table of every way to reach them."""
