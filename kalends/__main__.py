"""`python -m kalends` is the command `kalends`."""

from kalends.app.cli import main

main()
