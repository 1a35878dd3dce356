"""Shapes of input. Help is written for people who do not know the law."""
