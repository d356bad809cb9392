#!/bin/sh
# A Python that sees no installed packages.
exec "$(command -v python3)" -S "$@"
