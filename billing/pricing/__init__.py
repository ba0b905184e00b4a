"""How work becomes lines of an invoice: one module for each billing method."""
