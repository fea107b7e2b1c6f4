"""The steps. Each is a function ``(app, now) → Run`` that finds its own work in storage.

Steps never call each other. Killed anywhere and started again, none loses or doubles a thing:
results and cursor are committed in one transaction.
"""
