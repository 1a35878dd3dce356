"""Drafts for the EU database over the API."""
