"""The pages of coaching: who needs help with what, one seller, scoring, ramps, what coaching changed."""
