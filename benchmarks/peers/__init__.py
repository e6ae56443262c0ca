"""One script a peer: reads a corpus as its users would, judges each body by the tolerant schemas, prints the counts."""
