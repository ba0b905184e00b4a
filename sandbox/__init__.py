"""Stand-ins for the vendors that the application talks to: Stripe and a mail server.

One process, reached over real HTTP and SMTP by the vendors' own client libraries. The application never imports
this package and this package never imports the application.
"""
