"""The mass of facts: media, visits, mail and voices, as batches that are sealed as one stream."""
