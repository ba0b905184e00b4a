"""The rows of the table: each measures the product and, in the same run, its floor."""
