"""Skills: who may coach whom, what the matrix says, on which objections a seller loses."""
