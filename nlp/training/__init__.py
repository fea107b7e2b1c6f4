"""Train the heads that ship with Boca: ``python -m nlp.training --data <folder>``."""
