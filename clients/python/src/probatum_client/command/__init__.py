"""What the command `probatum` can do; each file is one of its acts."""
