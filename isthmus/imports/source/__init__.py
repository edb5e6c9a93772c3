"""Files as they come: decoded, split into rows, staged so that rows can be joined and counted."""
