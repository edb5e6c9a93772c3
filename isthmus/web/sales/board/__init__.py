"""The board of a pipeline: its columns, its cards, and moving a deal between them."""
