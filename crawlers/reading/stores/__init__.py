"""Stores of apps and games: their reviews."""
