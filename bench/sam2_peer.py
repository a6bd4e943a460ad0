"""Times the parts of SAM 2 here and in the published Python package, taking turns, and prints the medians of the ratios.

Both sides read the same random checkpoint and the same smooth features (by formula), run on one core with one thread, and
alternate run by run, so that what else the machine does falls on both. See README.md beside this file.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")

import numpy as np
import torch
from sam2.automatic_mask_generator import SAM2AutomaticMaskGenerator
from sam2.build_sam import build_sam2, build_sam2_video_predictor
from sam2.sam2_image_predictor import SAM2ImagePredictor

SIZES = {"t": "sam2.1_hiera_t", "s": "sam2.1_hiera_s", "b+": "sam2.1_hiera_b+", "l": "sam2.1_hiera_l"}
CASES = (
    [f"image-encoder-{size}" for size in SIZES]
    + [f"memory-attention-{n}" for n in (1, 2, 7)]
    + ["sam-heads", "memory-encoder", "amg-16", "amg-32", "track-1", "track-4", "track-16"]
)
FULL_BANK = 16  # frames behind: seven spatial memories, sixteen pointers
HEIGHT, WIDTH = 720, 1280


def formula(name, shape):
    """The project's weights by formula, seed 0: FNV-1a of the name, splitmix64 an element, 24 bits to [-1, 1)."""
    start = 0xCBF29CE484222325
    for byte in name.encode():
        start = ((start ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    with np.errstate(over="ignore"):
        z = np.uint64(start) + np.arange(1, int(np.prod(shape)) + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return torch.from_numpy(((z >> np.uint64(40)).astype(np.float64) / 2.0**24 * 2 - 1).astype(np.float32)).reshape(shape)


def smooth_features():
    """Slowly varying maps of stride 4, 8 and 16, as the other side makes them."""
    maps = []
    for name, channels, side in (("s0", 32, 256), ("s1", 64, 128), ("s2", 256, 64)):
        coarse = formula("bench." + name, (1, channels, 8, 8))
        maps.append(torch.nn.functional.interpolate(coarse, (side, side), mode="bilinear", align_corners=False))
    return maps


def encoder_case(size):
    model = build_sam2(f"configs/sam2.1/{SIZES[size]}.yaml", None, device="cpu")
    image = torch.randn(1, 3, 1024, 1024)
    return lambda: model.forward_image(image)


class Tracking:
    """One frame whose features are there, for objects that have `behind` frames in their memory."""

    def __init__(self, predictor, features, behind):
        self.predictor = predictor
        self.flat = [f.flatten(2).permute(2, 0, 1) for f in features]
        self.sizes = [tuple(f.shape[-2:]) for f in features]
        self.positions = [torch.randn_like(f) for f in self.flat]
        self.high = features[:2]
        self.frame = behind
        entry = lambda: {
            "maskmem_features": torch.randn(1, 64, 64, 64).bfloat16(),
            "maskmem_pos_enc": [torch.randn(1, 64, 64, 64)],
            "obj_ptr": torch.randn(1, 256),
        }
        self.memory = {
            "cond_frame_outputs": {0: entry()},
            "non_cond_frame_outputs": {t: entry() for t in range(1, behind)},
        }

    def attention(self):
        self.predictor._prepare_memory_conditioned_features(
            frame_idx=self.frame,
            is_init_cond_frame=False,
            current_vision_feats=self.flat[-1:],
            current_vision_pos_embeds=self.positions[-1:],
            feat_sizes=self.sizes[-1:],
            output_dict=self.memory,
            num_frames=1000,
        )

    def heads(self):
        embedding = (self.flat[-1] + self.predictor.no_mem_embed).permute(1, 2, 0).view(1, 256, 64, 64)
        return self.predictor._forward_sam_heads(
            backbone_features=embedding, high_res_features=self.high, multimask_output=True
        )

    def encode(self, high_res, score):
        self.predictor._encode_new_memory(self.flat, self.sizes, high_res, score, False)[0].bfloat16()

    def step(self):
        self.predictor.track_step(
            frame_idx=self.frame,
            is_init_cond_frame=False,
            current_vision_feats=self.flat,
            current_vision_pos_embeds=self.positions,
            feat_sizes=self.sizes,
            point_inputs=None,
            mask_inputs=None,
            output_dict=self.memory,
            num_frames=1000,
        )


class EncodedImage(SAM2ImagePredictor):
    """An image predictor whose image is always encoded already."""

    def __init__(self, model, features):
        super().__init__(model)
        s0, s1, s2 = features
        self._features = {
            "image_embed": s2 + model.no_mem_embed.reshape(1, -1, 1, 1),
            "high_res_feats": [s0, s1],
        }
        self._orig_hw = [(HEIGHT, WIDTH)]
        self._is_image_set = True

    def set_image(self, image):
        pass

    def reset_predictor(self):
        pass


def mask_generator_case(model, features, points):
    predictor = EncodedImage(model, features)
    places = torch.tensor([[(x + 0.5) / 4 * 1024, (y + 0.5) / 4 * 1024] for y in range(4) for x in range(4)])
    _, ious, _ = predictor._predict(places[:, None], torch.ones(16, 1, dtype=torch.int), multimask_output=True)
    threshold = float(ious.flatten().sort().values[24])
    generator = SAM2AutomaticMaskGenerator(model, points_per_side=points, pred_iou_thresh=threshold, output_mode="coco_rle")
    generator.predictor = predictor
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    found = []

    def run():
        found[:] = generator.generate(image)

    return run, lambda: {"masks": len(found), "predicted_iou_threshold": threshold}


class Peer:
    def __init__(self, checkpoint):
        self.predictor = build_sam2_video_predictor("configs/sam2.1/sam2.1_hiera_t.yaml", checkpoint, device="cpu")
        self.features = smooth_features()

    def case(self, name):
        """The thing to time, and the facts of its last run."""
        facts = dict
        last = name.rsplit("-", 1)[1]
        if name.startswith("image-encoder-"):
            run = encoder_case(last)
        elif name.startswith("amg-"):
            return mask_generator_case(self.predictor, self.features, int(last))
        elif name.startswith("memory-attention-"):
            run = Tracking(self.predictor, self.features, FULL_BANK if last == "7" else int(last)).attention
        elif name == "sam-heads":
            run = Tracking(self.predictor, self.features, 1).heads
        elif name == "memory-encoder":
            tracking = Tracking(self.predictor, self.features, 1)
            answer = tracking.heads()
            run = lambda: tracking.encode(answer[4], answer[6])
        else:
            tracking = Tracking(self.predictor, self.features, FULL_BANK)
            run = lambda: [tracking.step() for _ in range(int(last))]  # the package tracks objects one by one
        return run, facts


class Ours:
    """`sola bench sam2 --on-request`: a case name in, one run's JSON out."""

    def __init__(self, command, checkpoint, precision):
        self.process = subprocess.Popen(
            command + ["bench", "sam2", "--on-request", "--threads", "1", "--model", checkpoint, "--precision", precision],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, line, answers=True):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        if not answers:
            return None
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit("sola ended early; its message stands above")
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def timed(run):
    cpu, wall = time.thread_time(), time.perf_counter()
    run()
    return {"seconds": time.perf_counter() - wall, "cpu_seconds": time.thread_time() - cpu}


def processor():
    try:
        with open("/proc/cpuinfo") as info:
            return next(line.split(":", 1)[1].strip() for line in info if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sola", default=os.path.join(os.path.dirname(__file__), "..", "sola"), help="the launcher")
    parser.add_argument("--case", action="append", help="only this case; may be given again")
    parser.add_argument("--rounds", type=int, default=5, help="pairs of runs a case (default: 5)")
    parser.add_argument(
        "--precision",
        action="append",
        choices=["float32", "bfloat16"],
        help="of our side, the peer always computes in float32; given twice, all three take turns (default: float32)",
    )
    parser.add_argument("--out", help="JSON file to write; a case is replaced in it when it is run again")
    arguments = parser.parse_args()

    torch.manual_seed(0)
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = os.path.join(folder, "random.pt")
        torch.save({"model": build_sam2("configs/sam2.1/sam2.1_hiera_t.yaml", None, device="cpu").state_dict()}, checkpoint)
        peer = Peer(checkpoint)
        sides = {p: Ours(arguments.sola.split(), checkpoint, p) for p in arguments.precision or ["float32"]}
        rows = []
        for name in arguments.case or CASES:
            run, facts = peer.case(name)
            turns = [("peer", lambda: timed(run))]
            for precision, ours in sides.items():
                ours.ask(name)
                turns.append((precision, lambda ours=ours: ours.ask(name)))
            run()
            found = {side: [] for side, _ in turns}
            for i in range(arguments.rounds):  # the order changes from round to round
                for side, turn in turns if i % 2 else reversed(turns):
                    found[side].append(turn())
            for precision, ours in sides.items():
                ours.ask("close " + name, answers=False)
                rows.append(row(name, precision, found[precision], found["peer"], facts()))
            save(arguments.out, rows)
        for ours in sides.values():
            ours.close()


def row(name, precision, mine, theirs, facts):
    """Medians of the ratios of neighbouring runs, told and returned."""
    middle = lambda runs, key: statistics.median(r[key] for r in runs)
    row = {
        "case": name,
        "precision": precision,
        "ratio": statistics.median(a["cpu_seconds"] / b["cpu_seconds"] for a, b in zip(mine, theirs)),
        "ratio_wall": statistics.median(a["seconds"] / b["seconds"] for a, b in zip(mine, theirs)),
        "ours_cpu_seconds": middle(mine, "cpu_seconds"),
        "peer_cpu_seconds": middle(theirs, "cpu_seconds"),
        "rounds": len(mine),
        "ours": {k: v for k, v in mine[-1].items() if k not in ("case", "seconds", "cpu_seconds")},
        "peer": facts,
    }
    print(
        f"{name:22s} {precision:8s} {row['ratio']:6.3f}  (wall {row['ratio_wall']:.3f})"
        f"  ours {row['ours_cpu_seconds']:9.4f} s  peer {row['peer_cpu_seconds']:9.4f} s  {row['ours']}  {facts or ''}",
        flush=True,
    )
    return row


def save(out, rows):
    """Writes the rows beside those of other cases that the file already has."""
    if out is None:
        return
    document = {"machine": processor(), "torch": torch.__version__, "threads": 1, "rows": []}
    if os.path.exists(out):
        with open(out) as file:
            document = json.load(file)
    again = {(row["case"], row["precision"]) for row in rows}
    document["rows"] = [r for r in document["rows"] if (r["case"], r["precision"]) not in again] + rows
    with open(out, "w") as file:
        json.dump(document, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    sys.exit(main())
