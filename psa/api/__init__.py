"""The API: the routers of the rooms behind tokens, with problems, repeats and limits."""
