"""What the law makes of a system, kept small, and what moved between two times."""
