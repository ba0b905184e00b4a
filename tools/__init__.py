"""What runs the project on a machine that has little: set-up, throw-away services, the demo's supervisor.

Standard library only, since some of it runs before anything is installed; never imported by the application.
"""
