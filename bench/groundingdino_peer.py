"""Times Grounding DINO (Swin-T) here and in the transformers library, taking turns on the same core and threads.

    taskset -c 1 python bench/groundingdino_peer.py --pairs 3 --threads 1 [--height 800 --width 1333] [-- SOLA COMMAND ...]

Both sides read the same random checkpoint, which the library saves; each has one run that does not count, then they
alternate: `sola bench groundingdino --on-request` (an image with its first caption, and a further caption on the same
image), then a run of the library, which computes everything again for a further caption. Ratios are of the time that the
working thread had the core, so that they also hold on a machine that does other work; those of the clock's times stand
beside them. Needs torch and transformers 4.
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
    clock, core = time.perf_counter(), time.thread_time()
    with torch.inference_mode():
        model(**inputs)
    return {"seconds": time.perf_counter() - clock, "cpu_seconds": time.thread_time() - core}


with tempfile.TemporaryDirectory() as folder:
    model.save_pretrained(folder)
    ours = subprocess.Popen(
        [*options.sola, "bench", "groundingdino", "--on-request", "--threads", str(options.threads),
         "--height", str(options.height), "--width", str(options.width),
         "--weights", os.path.join(folder, "model.safetensors")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def mine():
        ours.stdin.write("\n")
        ours.stdin.flush()
        answer = ours.stdout.readline()
        if not answer:
            sys.exit(f"sola bench groundingdino ended with status {ours.wait()}")
        return json.loads(answer)

    mine()
    theirs()
    pairs = []
    for _ in range(options.pairs):
        turn, peer = mine(), theirs()
        pairs.append((turn["first"], turn["further"], peer))
        print("first {:.2f} s, further {:.2f} s, transformers {:.2f} s of the core".format(
            *(part["cpu_seconds"] for part in pairs[-1])), flush=True)
    ours.stdin.close()
    ours.wait()
    for clock in ("cpu_seconds", "seconds"):
        parts = [[part[clock] for part in pair] for pair in pairs]
        print(f"{clock}: medians first {statistics.median(a for a, _, _ in parts):.2f}, "
              f"further {statistics.median(b for _, b, _ in parts):.2f}, "
              f"transformers {statistics.median(c for _, _, c in parts):.2f}; of the ratios "
              f"first/transformers {statistics.median(a / c for a, _, c in parts):.3f}, "
              f"further/first {statistics.median(b / a for a, b, _ in parts):.3f}, "
              f"further/transformers {statistics.median(b / c for _, b, c in parts):.3f}")
