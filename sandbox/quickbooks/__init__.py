"""A stand-in for QuickBooks Online."""
