"""Removing records when no duty asks to keep them any longer.

The months are counted by the database's clock, and one function of the database
removes what they allow (audits/migrations/sql/0014_retention.sql), behind an entry of
the log that says so. A removal is never made without two people: it cannot be undone,
and no rule knows of the claim that was filed this morning.
"""
