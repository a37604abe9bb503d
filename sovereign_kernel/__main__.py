"""python -m sovereign_kernel"""

from sovereign_kernel.cli import main

main()
