"""The pages on which a guest takes a time, moves it or gives it back: without signing in, without scripts."""
