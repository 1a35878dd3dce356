"""A draft, or what was submitted, as a file: JSON, XLSX, PDF."""
