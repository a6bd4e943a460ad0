"""Cutie base as published, a video's frames one after the other.

Run by "sola bench cutie --peer PYTHON" with the published repository (hkchengrex/Cutie) on PYTHONPATH: reads lines such as
"objects-1 480 864", follows so many objects through one period of the memory (five frames, one of them memorised) and
answers with the seconds a frame by the clock and in processor time, and the mean share of the first object on an early
frame, by which both sides see that they do the same (later ones drift apart, as rounding grows from frame to frame). Needs torch, numpy and omegaconf; no trained weights.
"""
import os
import sys
import time
from pathlib import Path

import numpy as np
import torch
from omegaconf import OmegaConf

import cutie
from cutie.model.utils import resnet

resnet.load_weights_add_extra_dim = lambda *arguments: None  # ImageNet's weights are not wanted
resnet.model_zoo.load_url = lambda *arguments, **named: None

from cutie.inference.inference_core import InferenceCore  # noqa: E402
from cutie.model.cutie import CUTIE  # noqa: E402

FRAMES, PERIOD, WARM, CHECKED = 10, 5, 20, 3
torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))


def formula(name, shape, offset, scale):
    """The project's values by formula, seed 0: FNV-1a of the name, splitmix64 an element, 24 bits to [-1, 1)."""
    start = 0xCBF29CE484222325
    for byte in name.encode():
        start = ((start ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    with np.errstate(over="ignore"):
        z = np.uint64(start) + np.arange(1, int(np.prod(shape)) + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    unit = (z >> np.uint64(40)).astype(np.float64) / 2.0**24 * 2 - 1
    return torch.from_numpy((offset + scale * unit).astype(np.float32)).reshape(shape)


def weight(name, shape):
    """The same rule as the other side's."""
    if name.endswith(".running_var"):
        return formula(name, shape, 1, 0.3)
    if len(shape) == 1 and name.endswith(".weight"):
        return formula(name, shape, 0.5 if ".bn3." in name else 1, 0.1)
    if len(shape) == 1 or name.endswith("bias"):
        return formula(name, shape, 0, 0.05)
    return formula(name, shape, 0, (3 * shape[0] / float(np.prod(shape))) ** 0.5)


def network():
    folder = Path(cutie.__path__[0]) / "config"
    config = OmegaConf.load(folder / "eval_config.yaml")
    config.model = OmegaConf.load(folder / "model" / "base.yaml")
    config.use_long_term, config.mem_every = False, PERIOD
    model = CUTIE(config).eval()
    state = model.state_dict()
    for name, value in state.items():
        if value.is_floating_point() and not name.endswith("inv_freq"):
            state[name] = weight(name, tuple(value.shape))
    model.load_state_dict(state)
    return model, config


def frame(index, height, width):
    coarse = formula(f"bench.frame.{index}", (1, 3, 8, 8), 0.5, 0.4)
    return torch.nn.functional.interpolate(coarse, (height, width), mode="bilinear", align_corners=False)[0]


class Following:
    def __init__(self, model, config, objects, height, width):
        self.core = InferenceCore(model, config)
        self.frames = [frame(i, height, width) for i in range(FRAMES)]
        mask = torch.zeros(height, width, dtype=torch.long)
        for k in range(objects):
            mask[height // 4 : height // 2, (2 * k + 1) * width // 8 : (2 * k + 2) * width // 8] = k + 1
        self.core.step(self.frames[0], mask, list(range(1, objects + 1)))
        self.next = 1
        self.run(CHECKED)
        self.checked = float(self.share[1].double().mean())
        self.run(WARM - CHECKED)

    def run(self, count):
        for _ in range(count):
            self.share = self.core.step(self.frames[self.next % FRAMES])
            self.next += 1


with torch.inference_mode():
    model, config = network()
    print("ready Cutie,", "torch", torch.__version__, flush=True)
    known = {}
    for line in sys.stdin:
        case = line.strip()
        if case not in known:
            known.clear()
            name, height, width = case.split()
            known[case] = Following(model, config, int(name.split("-")[1]), int(height), int(width))
        wall, processor = time.perf_counter(), time.process_time()
        known[case].run(PERIOD)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        print(wall / PERIOD, processor / PERIOD, known[case].checked, flush=True)
