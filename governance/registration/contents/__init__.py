"""Drafts put together from the register: their fields, their state, what changed."""
