"""One command of `sovereign` a module; each imports what it needs when it runs, so that --help stays quick."""
