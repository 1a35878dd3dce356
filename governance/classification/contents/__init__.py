"""What the pages and the API say of answers and verdicts; pure values."""
