"""Segments: files to which received batches are appended, durable before their sender gets an answer."""
