"""Pins what the transformers library computes with a tiny Grounding DINO, for the test that reads its names.

    python scripts/groundingdino_huggingface.py models/src/test/resources/groundingdino/huggingface

Needs torch, transformers 4, safetensors and numpy. Weights are by formula (see FormulaWeights), so only their names,
shapes and scales are kept, beside the outputs.
"""
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.numpy import save_file
from transformers import BertConfig, GroundingDinoConfig, GroundingDinoForObjectDetection, SwinConfig

SEED = 2026
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
M1, M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def values(name, shape, offset, scale):
    h = 0xCBF29CE484222325
    for b in name.encode():
        h = ((h ^ b) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    with np.errstate(over="ignore"):
        x = np.uint64(h ^ SEED) + np.arange(1, int(np.prod(shape)) + 1, dtype=np.uint64) * GOLDEN
        x = (x ^ (x >> np.uint64(30))) * M1
        x = (x ^ (x >> np.uint64(27))) * M2
        x = x ^ (x >> np.uint64(31))
    u = (x >> np.uint64(40)).astype(np.float64) / 2.0**24 * 2.0 - 1.0
    return (offset + scale * u).astype(np.float32).reshape(shape)


def rule(name, shape):
    """Offset and scale that keep activations alive."""
    if "sampling_offsets.bias" in name:
        return 0.0, 2.0
    if "_param" in name:
        return 0.5, 0.2
    if "embed" in name and "bbox" not in name and "patch" not in name and "norm" not in name.lower():
        return 0.0, 0.5
    if len(shape) == 1:
        return (1.0, 0.1) if name.endswith("weight") else (0.0, 0.1)
    return 0.0, round(float(np.sqrt(3.0 / np.prod(shape[1:]))), 6)


def main(folder):
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = GroundingDinoForObjectDetection(GroundingDinoConfig(
        backbone_config=SwinConfig(image_size=64, embed_dim=16, depths=[2, 2, 2, 2], num_heads=[2, 2, 4, 4],
                                   window_size=7, out_indices=[2, 3, 4]),
        text_config=BertConfig(vocab_size=1100, hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
                               intermediate_size=64, max_position_embeddings=64),
        num_queries=12, encoder_layers=2, encoder_ffn_dim=64, encoder_attention_heads=4, decoder_layers=2,
        decoder_ffn_dim=64, decoder_attention_heads=4, d_model=64, max_text_len=64, two_stage=True,
        disable_custom_kernels=True)).eval()
    saved = folder / "saved"
    model.save_pretrained(saved)
    rows = []
    with safe_open(saved / "model.safetensors", "np") as file:
        for name in sorted(file.keys()):
            tensor = file.get_tensor(name)
            rows.append((name, "f32" if tensor.dtype == np.float32 else "i64", tensor.shape))
    state = model.state_dict()
    with (folder / "params.tsv").open("w") as out:
        out.write("name\tdtype\tshape\toffset\tscale\n")
        for name, dtype, shape in rows:
            offset, scale = rule(name, shape) if dtype == "f32" else (0.0, 0.0)
            out.write(f"{name}\t{dtype}\t{'x'.join(map(str, shape))}\t{offset}\t{scale}\n")
            if dtype == "f32":
                state[name].copy_(torch.from_numpy(values(name, shape, offset, scale)))
    for path in saved.iterdir():
        path.unlink()
    saved.rmdir()
    pixels = values("in.image", (1, 3, 96, 128), 0.0, 2.0)
    ids = np.array([[101, 5, 6, 1012, 7, 8, 9, 1012, 102]], dtype=np.int64)
    with torch.no_grad():
        output = model(pixel_values=torch.from_numpy(pixels), input_ids=torch.from_numpy(ids),
                       token_type_ids=torch.zeros(1, ids.shape[1], dtype=torch.long),
                       attention_mask=torch.ones(1, ids.shape[1], dtype=torch.long))
    logits = output.logits[0, :, : ids.shape[1]].contiguous().numpy()
    boxes = output.pred_boxes[0].contiguous().numpy()
    print("logits", logits.min(), logits.max(), "boxes", boxes.min(), boxes.max(), "init", float(output.init_reference_points.min()))
    save_file({"in.ids": ids, "out.logits": logits, "out.boxes": boxes}, folder / "tensors.safetensors")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    main(target)
