"""The HTTP edge: what happens to every request before and after a route has its say.

With `auth` and the `routes` modules, these are the only modules that import Flask.
"""
