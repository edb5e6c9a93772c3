"""The page "Pipeline as of": how the pipeline stood on a past day, and what changed since."""
