"""Take the pictures of the start page for the README.

    coopgraph serve --port 8000
    python docs/pictures/take.py http://127.0.0.1:8000

Needs Chromium (``COOPGRAPH_CHROMIUM`` names another one) and the font Noto Sans CJK SC. Where
``pngquant`` is installed, the pictures are made a third of the size.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
WIDTH = 1280
PICTURES = {"start-zh.png": "/?lang=zh", "start-en.png": "/?lang=en"}

# One font for both scripts, so that the pictures are the same on every computer.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <match target="pattern">
    <test qual="any" name="family"><string>sans</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>Noto Sans CJK SC</string></edit>
  </match>
  <match target="pattern">
    <test qual="any" name="family"><string>sans-serif</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>Noto Sans CJK SC</string></edit>
  </match>
  <match target="pattern">
    <test qual="any" name="family"><string>system-ui</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>Noto Sans CJK SC</string></edit>
  </match>
</fontconfig>
"""


def take(page: Page, address: str, file: Path) -> None:
    """Take the page from its top to the end of the three questions."""
    page.goto(address)
    page.locator("html[data-ready]").wait_for()
    box = page.locator("#questions").bounding_box()
    if box is None:
        raise SystemExit("the page shows no questions")
    height = box["y"] + box["height"] + 32
    clip = {"x": 0, "y": 0, "width": WIDTH, "height": height}
    page.screenshot(path=file, full_page=True, clip=clip, animations="disabled")
    if pngquant := shutil.which("pngquant"):
        subprocess.run([pngquant, "--force", "--ext", ".png", "--strip", str(file)], check=True)


def main(origin: str) -> None:
    """Take every picture."""
    chromium = os.environ.get("COOPGRAPH_CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        fonts = Path(folder) / "fonts.conf"
        fonts.write_text(FONTS, encoding="utf-8")
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--font-render-hinting=none", "--force-color-profile=srgb"],
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": 900})
        for name, path in PICTURES.items():
            take(page, origin.rstrip("/") + path, HERE / name)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
