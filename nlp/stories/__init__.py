"""Find posts that tell the same story: marks to recognise them by, and a close comparison."""
