"""What a versioned document says, and how an operator stands with it."""
