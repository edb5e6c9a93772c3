"""Calendar servers: found out, read, written to; over the guarded way out, never within a transaction."""
