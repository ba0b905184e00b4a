"""Pages of connections, and the doors where vendors' messages arrive."""
