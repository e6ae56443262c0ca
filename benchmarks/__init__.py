"""Measures schemagen against its peers: corpora with known verdicts, one script a peer, whole processes side by side."""
