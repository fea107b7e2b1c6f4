"""The page: server-rendered, without JavaScript, and the same read models as JSON."""
