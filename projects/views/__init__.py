"""Pages of projects and rates."""
