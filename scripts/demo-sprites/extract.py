#!/usr/bin/env python3
"""Cuts the demo data set's sprites out of Noto Color Emoji.

The build does not run this: its results are committed. To repeat it (Debian or Ubuntu):

    apt-get install fonts-noto-color-emoji
    python3 -m venv venv && venv/bin/pip install fonttools
    venv/bin/python scripts/demo-sprites/extract.py

Reads scripts/demo-sprites/sprites.tsv and copies each glyph's 136x128 bitmap (table CBDT) unchanged to
core/src/main/resources/org/sola/demo/sprites/, with the table itself beside the images.
"""
import pathlib
import shutil
import sys

from fontTools.ttLib import TTFont

FONT = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
HERE = pathlib.Path(__file__).resolve().parent
TARGET = HERE.parents[1] / "core/src/main/resources/org/sola/demo/sprites"

font = TTFont(FONT)
glyph_of = font.getBestCmap()
bitmaps = font["CBDT"].strikeData[0]
TARGET.mkdir(parents=True, exist_ok=True)
for old in TARGET.glob("*.png"):
    old.unlink()
for line in (HERE / "sprites.tsv").read_text().splitlines():
    if line.startswith("#"):
        continue
    file, code_point = line.split("\t")[:2]
    (TARGET / file).write_bytes(bitmaps[glyph_of[int(code_point, 16)]].imageData)
shutil.copy(HERE / "sprites.tsv", TARGET / "sprites.tsv")
