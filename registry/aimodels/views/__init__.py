"""Pages of AI models and of their versions."""
