"""What runs inside DaVinci Resolve; `host` opens with the whole protocol."""
