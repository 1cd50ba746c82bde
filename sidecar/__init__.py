"""How jobs travel: front doors around the engine. Encodes nothing itself."""
