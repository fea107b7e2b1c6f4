"""Networks of people: Bluesky, Mastodon, Matrix, Telegram, YouTube."""
