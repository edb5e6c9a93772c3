"""Whether this process lives and whether the installation can serve: for whoever watches it."""
