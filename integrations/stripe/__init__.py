"""Stripe: hosted checkout for clients, on the firm's own connected account."""
