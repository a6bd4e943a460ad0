#!/usr/bin/env python3
"""Prepares the demo data set's photos from those that scikit-image 0.x and SciPy 1.9 carry (all CC0 or public domain).

The build does not run this: its results are committed, sources and licences in the NOTICE file beside them. To repeat it:

    python3 -m venv venv && venv/bin/pip install pillow scikit-image
    venv/bin/pip download --no-deps -d wheels scipy==1.9.3      # holds scipy/misc/face.dat
    venv/bin/python scripts/demo-photos/prepare.py venv/lib/python3*/site-packages/skimage/data wheels/scipy-1.9.3*.whl

The photos are PNG, not JPEG: decoders of JPEG differ by a grey level, and the generated set must be the same everywhere.
"""
import bz2
import pathlib
import sys
import zipfile

from PIL import Image

skimage, wheel = pathlib.Path(sys.argv[1]), sys.argv[2]
TARGET = pathlib.Path(__file__).resolve().parents[2] / "core/src/main/resources/org/sola/demo/photos"


def save(name, image, box, size):
    image = image.crop(box).resize(size, Image.LANCZOS)
    # five to six bits a channel are plenty under the sampler's tint, light and noise, and halve the file
    image = image.point(lambda v: min(255, (v + 2) // 4 * 4))
    image.save(TARGET / f"{name}.png", optimize=True)


def photo(file):
    image = Image.open(skimage / file)
    return image if image.mode in ("L", "RGB") else image.convert("RGB")


TARGET.mkdir(parents=True, exist_ok=True)
save("brick", photo("brick.png"), (0, 0, 512, 512), (256, 256))
save("grass", photo("grass.png"), (0, 0, 512, 512), (256, 256))
save("gravel", photo("gravel.png"), (0, 0, 512, 512), (256, 256))
save("coffee", photo("coffee.png"), (0, 0, 600, 400), (384, 256))
save("wood", photo("coffee.png"), (440, 250, 600, 400), (160, 150))
save("cat", photo("chelsea.png"), (0, 0, 451, 300), (384, 256))
save("field", photo("camera.png"), (0, 0, 512, 512), (256, 256))
save("launch", photo("rocket.jpg"), (0, 0, 640, 427), (384, 256))
save("galaxies", photo("hubble_deep_field.jpg"), (200, 200, 712, 712), (256, 256))
with zipfile.ZipFile(wheel) as archive:
    raccoon = Image.frombytes("RGB", (1024, 768), bz2.decompress(archive.read("scipy/misc/face.dat")))
save("raccoon", raccoon, (0, 0, 1024, 768), (384, 288))
save("fur", raccoon, (0, 0, 340, 340), (192, 192))
save("leaves", raccoon, (0, 470, 298, 768), (224, 224))
