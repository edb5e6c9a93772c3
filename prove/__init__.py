"""The long proofs: each module is a program, run by `make prove`."""
