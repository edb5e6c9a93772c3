"""Settings of what is sold: products, price books, taxes, discount limits, the terms of selling."""
