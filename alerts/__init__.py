"""Decide whom to tell, when and how; remember what was sent."""
