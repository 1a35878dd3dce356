"""Shapes of input: pages of questions, the law to ask by, decisions."""
