"""Times Grounding DINO (Swin-T) here and in the transformers library, taking turns on the same core and threads.

    python bench/groundingdino_peer.py --pairs 3 --threads 1 [--height 800 --width 1333] [-- SOLA COMMAND ...]

Both sides read the same random checkpoint, which the library saves; each turn of ours is a process of
`sola bench groundingdino --runs 1` (a warm-up, then the run that counts), each turn of theirs a run after a warm-up. The
library computes everything again for a further caption, so its time is the same for both. Needs torch and transformers 4.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

parser = argparse.ArgumentParser()
parser.add_argument("--pairs", type=int, default=3)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--height", type=int, default=800)
parser.add_argument("--width", type=int, default=1333)
parser.add_argument("sola", nargs="*", default=["./sola"])
options = parser.parse_args()
os.environ["OMP_NUM_THREADS"] = str(options.threads)

import torch  # noqa: E402
from transformers import GroundingDinoConfig, GroundingDinoForObjectDetection, SwinConfig  # noqa: E402

torch.set_num_threads(options.threads)
torch.manual_seed(0)
model = GroundingDinoForObjectDetection(GroundingDinoConfig(
    backbone_config=SwinConfig(image_size=224, embed_dim=96, depths=[2, 2, 6, 2], num_heads=[3, 6, 12, 24], window_size=7,
                               out_indices=[2, 3, 4]), disable_custom_kernels=True)).eval()
ids = torch.tensor([[101, 1037, 4937, 1012, 1037, 2417, 3899, 1012, 102]])  # a cat . a red dog .
inputs = {"pixel_values": torch.randn(1, 3, options.height, options.width), "input_ids": ids,
          "token_type_ids": torch.zeros_like(ids), "attention_mask": torch.ones_like(ids)}


def theirs():
    start = time.perf_counter()
    with torch.no_grad():
        model(**inputs)
    return time.perf_counter() - start


with tempfile.TemporaryDirectory() as folder:
    model.save_pretrained(folder)
    command = [*options.sola, "bench", "groundingdino", "--runs", "1", "--json", "--threads", str(options.threads),
               "--height", str(options.height), "--width", str(options.width),
               "--weights", os.path.join(folder, "model.safetensors")]
    theirs()
    pairs = []
    for _ in range(options.pairs):
        answer = subprocess.run(command, capture_output=True, text=True)
        if answer.returncode:
            sys.exit(answer.stderr)
        first, further = (row["seconds"] for row in json.loads(answer.stdout)["rows"])
        peer = theirs()
        pairs.append((first, further, peer))
        print(f"first {first:.2f} s, further {further:.2f} s, transformers {peer:.2f} s", flush=True)
    print(f"median of the ratios: first/transformers {statistics.median(a / c for a, _, c in pairs):.3f}, "
          f"further/first {statistics.median(b / a for a, b, _ in pairs):.3f}, "
          f"further/transformers {statistics.median(b / c for _, b, c in pairs):.3f}")
