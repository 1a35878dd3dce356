"""The law as pages tell it: dated changes, the catalogue of duties, what-if."""
