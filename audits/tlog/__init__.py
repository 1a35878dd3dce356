"""The transparency log: its mathematics and its file formats.

Pure: the Python standard library is all it needs, so that a reader who trusts
nobody can run it from one file. `README.md` says how.
"""
