"""python -m sovereign_kernel"""

from sovereign_kernel.cli.main import main

main()
