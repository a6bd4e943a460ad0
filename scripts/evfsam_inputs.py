"""Pins how EVF-SAM's programs prepare frames of odd sizes, for the test of org.sola.evfsam.FrameInput.

    python scripts/evfsam_inputs.py models/src/test/resources/evfsam/inputs.safetensors

Needs torch, torchvision, Pillow and safetensors. Pixels are (37 x + 91 y + 53 channel + x y) mod 256.
"""
import sys

import numpy as np
import torch
from safetensors.numpy import save_file
from torchvision import transforms
from torchvision.transforms.functional import InterpolationMode, resize, to_pil_image

SAM, FUSION = 32, 24
SIZES = [(37, 53), (9, 64), (200, 120), (1, 1), (5, 3)]


def picture(height, width):
    y, x, channel = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((37 * x + 91 * y + 53 * channel + x * y) % 256).astype(np.uint8)


def sam(image):
    mean = torch.tensor([123.675, 116.28, 103.53]).view(-1, 1, 1)
    deviation = torch.tensor([58.395, 57.12, 57.375]).view(-1, 1, 1)
    scale = SAM * 1.0 / max(image.shape[:2])
    size = tuple(int(side * scale + 0.5) for side in image.shape[:2])
    x = torch.from_numpy(np.array(resize(to_pil_image(image), size))).permute(2, 0, 1).contiguous()
    x = (x - mean) / deviation
    return torch.nn.functional.pad(x, (0, SAM - x.shape[2], 0, SAM - x.shape[1]))


def fusion(image):
    return transforms.Compose([
        transforms.ToTensor(),
        transforms.Resize((FUSION, FUSION), interpolation=InterpolationMode.BICUBIC, antialias=True),
        transforms.Normalize(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5)),
    ])(image)


tensors = {}
for height, width in SIZES:
    image = picture(height, width)
    tensors[f"sam.{height}x{width}"] = np.ascontiguousarray(sam(image).numpy())
    tensors[f"fusion.{height}x{width}"] = np.ascontiguousarray(fusion(image).numpy())
save_file(tensors, sys.argv[1])
