"""SOLA's published training step and evaluation in PyTorch, one video and one expression at a time.

Run by "sola bench selector --peer PYTHON": reads lines such as "train 25" (kind and frames), runs that once and
answers with the seconds that it took by the clock and in processor time. 24 tracks, 12 words, official size.
"""
import math
import os
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

D, OBJECT, NEGATIVES, WORDS, TRACKS = 1024, 256, 32, 12, 24  # official widths; text rows and tracks of the sample


class StandardisedConv1d(nn.Conv1d):
    def forward(self, x):
        w = self.weight
        w = w - w.mean(dim=1, keepdim=True).mean(dim=2, keepdim=True)
        w = w / (w.view(w.size(0), -1).std(dim=1).view(-1, 1, 1) + 1e-5).expand_as(w)
        return F.conv1d(x, w, self.bias, self.stride, self.padding)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(D, D) for _ in range(4))

    def forward(self, q, k, v):
        q, k, v = (p(x).reshape(*x.shape[:2], 8, -1).transpose(1, 2)
                   for p, x in ((self.q_proj, q), (self.k_proj, k), (self.v_proj, v)))
        out = F.scaled_dot_product_attention(q, k, v, dropout_p=0.1 if self.training else 0.0)
        return self.out_proj(out.transpose(1, 2).reshape(out.shape[0], out.shape[2], -1))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.obj_attn, self.motion_attn, self.object2lang_attn = Attention(), Attention(), Attention()
        self.norm = nn.ModuleList(nn.GroupNorm(8, D) for _ in range(3))

    def normed(self, i, x):
        return self.norm[i](x.permute(0, 2, 1)).permute(0, 2, 1)

    def forward(self, x, pe, rows):
        b, n, t, d = x.shape
        x = x.permute(0, 2, 1, 3).reshape(b * t, n, d)
        x = self.normed(0, x + self.obj_attn(x, x, x)).reshape(b, t, n, d).permute(0, 2, 1, 3)
        moved = (x + pe).reshape(b * n, t, d)
        x = x.reshape(b * n, t, d)
        x = self.normed(1, x + self.motion_attn(moved, moved, x)).reshape(b, n * t, d)
        return self.normed(2, x + self.object2lang_attn(x, rows, rows)).reshape(b, n, t, d)


class Selector(nn.Module):
    def __init__(self):
        super().__init__()
        widths, parts = [OBJECT, 512, 512, 512, D, D], []
        for i in range(5):
            parts += [StandardisedConv1d(widths[i], widths[i + 1], 3, stride=2 if i < 3 else 1, padding=1),
                      nn.GroupNorm(8, widths[i + 1]), nn.LeakyReLU(), nn.Dropout(0.2)]
        self.short_motion_encoder = nn.Sequential(*parts, StandardisedConv1d(D, D, 1))
        self.object_lang_align_layers = nn.ModuleList(Layer() for _ in range(2))
        self.register_buffer("positional_encoding_gaussian_matrix", torch.randn(1, D // 2))
        self.negative_token = nn.Embedding(NEGATIVES, D)

    def forward(self, tokens, words):
        b, n, t, d = tokens.shape
        x = self.short_motion_encoder(tokens.permute(0, 1, 3, 2).reshape(b * n, d, t))
        x = x.reshape(b, n, D, -1).permute(0, 1, 3, 2)
        t = x.shape[2]
        phase = torch.arange(t).float().reshape(1, 1, -1, 1).repeat(b, n, 1, 1) / 100
        phase = 2 * math.pi * (phase @ self.positional_encoding_gaussian_matrix)
        pe = torch.cat([phase.sin(), phase.cos()], dim=-1)
        rows = torch.cat([words, self.negative_token.weight.clone().unsqueeze(0).repeat(b, 1, 1)], dim=1)
        for layer in self.object_lang_align_layers:
            x = layer(x, pe, rows)
        weight = torch.einsum("bntd,bwd->bntw", x, rows).mean(-1).softmax(-1)
        z = (x * weight.unsqueeze(-1)).sum(2)
        return torch.einsum("bnd,bwd->bnw", z, rows).mean(-1), z


def loss_of(model, tokens, words, labels):
    score, z = model(tokens, words)
    weight = torch.ones_like(labels)
    weight[labels > 0] = 1.5
    bce = F.binary_cross_entropy_with_logits(score, labels, weight=weight)
    scale = math.exp(0.07)
    near = torch.einsum("bnd,bmd->bnm", z, words.mean(1, keepdim=True)) * scale
    far = torch.einsum("bnd,bmd->bnm", z, model.negative_token.weight.clone().unsqueeze(0)) * scale
    hardest = torch.zeros_like(far).scatter_(-1, far.argmax(-1).unsqueeze(-1), 1)
    align = 1.5 * F.binary_cross_entropy_with_logits(near, labels.unsqueeze(-1)) \
        + F.binary_cross_entropy_with_logits(far, (1 - labels).unsqueeze(-1) * hardest)
    return bce + 0.3 * align


def train(model, optimiser, sample):
    loss = loss_of(model, *sample)
    optimiser.zero_grad()
    loss.backward()
    total = math.sqrt(sum(p.grad.norm(2).item() ** 2 for p in model.parameters() if p.grad is not None))
    if total > 1:
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    return loss.item()


def main():
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    torch.manual_seed(0)
    model = Selector()
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-6)
    samples = {t: (torch.randn(1, TRACKS, t, OBJECT), torch.randn(1, WORDS, D),
                   (torch.arange(TRACKS) % 5 == 0).float()[None]) for t in (25, 50, 100)}
    print("ready PyTorch", torch.__version__, flush=True)
    for line in sys.stdin:
        kind, t = line.split()
        sample = samples[int(t)]
        model.train(kind == "train")
        start, processor = time.perf_counter(), time.process_time()
        if kind == "train":
            train(model, optimiser, sample)
        else:
            with torch.no_grad():
                loss_of(model, *sample).item()
        print(time.perf_counter() - start, time.process_time() - processor, flush=True)


if __name__ == "__main__":
    main()
