"""`python -m community` is `guildhall`."""

from community.cli import main

main()
