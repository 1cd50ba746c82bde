"""The talk with DaVinci Resolve, and what Proxx does there."""
