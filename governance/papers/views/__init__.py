"""Pages of versioned documents; a room makes its own out of a `Desk`."""
