"""What is said of the health: to monitors, and to people."""
