"""A stand-in for the parts of Stripe that the application uses, as its documentation describes them."""
