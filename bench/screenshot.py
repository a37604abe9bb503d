"""A picture of an HTML draft in a real browser: `python bench/screenshot.py draft.html draft.png [--dark]`."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# no request of the browser's own, and no state that outlives the picture
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("html", type=Path)
    parser.add_argument("png", type=Path)
    parser.add_argument("--dark", action="store_true", help="as a reader who prefers dark colours sees it")
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--height", type=int, default=1000)
    parser.add_argument("--scale", type=float, default=1.0, help="device pixels for each CSS pixel")
    parser.add_argument("--at", default="", help="an anchor to open the page at, such as claim-3")
    chosen = parser.parse_args()
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        names = ", ".join(BROWSERS)
        print(f"No browser: none of {names} is on PATH. Install Chromium and run this again.", file=sys.stderr)
        return 2
    if not chosen.html.is_file():
        print(f"There is no file {chosen.html}.", file=sys.stderr)
        return 2
    shoot(browser, chosen)
    print(chosen.png)
    return 0


def shoot(browser: str, chosen: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as profile:
        address = chosen.html.resolve().as_uri() + (f"#{chosen.at}" if chosen.at else "")
        # in Blink's settings 0 is dark, 1 is light
        scheme = f"--blink-settings=preferredColorScheme={0 if chosen.dark else 1}"
        sizes = (f"--window-size={chosen.width},{chosen.height}", f"--force-device-scale-factor={chosen.scale}")
        picture = f"--screenshot={chosen.png.resolve()}"
        command = [browser, *FLAGS, f"--user-data-dir={profile}", scheme, *sizes, picture, address]
        subprocess.run(command, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    raise SystemExit(main())
