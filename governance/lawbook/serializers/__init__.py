"""Shapes of JSON for duties, what-if, time limits and the timeline of the Act."""
