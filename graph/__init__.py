"""Turn interactions into reach, influence and communities."""
