"""How long records are kept, why, and their removal by two people: the pages.

What the law asks is counted in `audits.duties`, and what is removed in
`audits.retention`; nothing here removes anything.
"""
