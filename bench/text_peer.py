"""Encodes 64 expressions with RoBERTa-large here in one batch call and in the transformers library one by one, as SOLA's
code does, taking turns, and prints the median of the ratios and the largest difference of the numbers.

Both sides read the same random checkpoint and the same tokenizer, run on one core with one thread, and alternate run by
run, so that what else the machine does falls on both; ratios are of the time that the working thread had the core
(`cpu_seconds`), those of the clock's times stand beside them:

    taskset -c 1 python bench/text_peer.py --vocabulary DIR      # DIR has RoBERTa's tokenizer.json
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")

import torch
from safetensors.torch import load_file, save_file
from transformers import PreTrainedTokenizerFast, RobertaConfig, RobertaModel

HERE = os.path.dirname(os.path.abspath(__file__))
LARGE = dict(
    vocab_size=50265,
    hidden_size=1024,
    num_hidden_layers=24,
    num_attention_heads=16,
    intermediate_size=4096,
    max_position_embeddings=514,
    type_vocab_size=1,
    layer_norm_eps=1e-5,
    pad_token_id=1,
    bos_token_id=0,
    eos_token_id=2,
)


def publish(folder, vocabulary):
    """A folder as all-roberta-large-v1 is published, with random weights."""
    torch.manual_seed(0)
    model = RobertaModel(RobertaConfig(**LARGE)).eval()
    tensors = {name: value.contiguous() for name, value in model.state_dict().items() if "position_ids" not in name}
    save_file(tensors, os.path.join(folder, "model.safetensors"))
    shutil.copy(os.path.join(vocabulary, "tokenizer.json"), folder)
    return model


class Ours:
    """`sola bench text --on-request`: a case's name in, one run's JSON out."""

    def __init__(self, command, folder, tokens):
        self.process = subprocess.Popen(
            [command, "bench", "text", "--on-request", "--threads", "1", "--text-encoder", folder, "--tokens", tokens],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, case):
        self.process.stdin.write(case + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit("sola bench text ended with status %d" % self.process.wait())
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sola", default=os.path.join(HERE, "..", "sola"), help="the launcher")
    parser.add_argument("--vocabulary", required=True, help="the folder of RoBERTa's tokenizer.json")
    parser.add_argument("--rounds", type=int, default=3, help="pairs of runs (default: 3)")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with open(os.path.join(HERE, "expressions.txt")) as lines:
        expressions = lines.read().splitlines()
    with tempfile.TemporaryDirectory() as folder, torch.inference_mode():
        model = publish(folder, arguments.vocabulary)
        tokenizer = PreTrainedTokenizerFast(tokenizer_file=os.path.join(folder, "tokenizer.json"))
        tokens = os.path.join(folder, "tokens.safetensors")
        ours = Ours(arguments.sola, folder, tokens)

        def theirs():
            clock, core = time.perf_counter(), time.thread_time()
            rows = []
            for expression in expressions:
                ids = tokenizer(expression, return_tensors="pt")
                rows.append(model(input_ids=ids["input_ids"], attention_mask=ids["attention_mask"]).last_hidden_state[0])
            return {"seconds": time.perf_counter() - clock, "cpu_seconds": time.thread_time() - core}, rows

        ours.run("batch-64")  # neither side's first run counts
        theirs()
        pairs = []
        for pair in range(arguments.rounds):
            mine = ours.run("batch-64")
            peer, rows = theirs()
            pairs.append((mine, peer))
            print("pair %d: ours %.2f s of the core in one call, theirs %.2f s one by one, %.2f times"
                  % (pair + 1, mine["cpu_seconds"], peer["cpu_seconds"], peer["cpu_seconds"] / mine["cpu_seconds"]),
                  flush=True)
        ours.close()
        written = load_file(tokens)
        worst = max((written[str(i)] - row).abs().max().item() for i, row in enumerate(rows))

    def middle(of, clock):
        return statistics.median(of(mine[clock], peer[clock]) for mine, peer in pairs)

    print(
        json.dumps(
            {
                "expressions": len(expressions),
                "pairs": len(pairs),
                "ours_cpu_seconds": middle(lambda mine, peer: mine, "cpu_seconds"),
                "peer_cpu_seconds": middle(lambda mine, peer: peer, "cpu_seconds"),
                "cpu_times_faster": middle(lambda mine, peer: peer / mine, "cpu_seconds"),
                "times_faster": middle(lambda mine, peer: peer / mine, "seconds"),
                "largest_difference": worst,
                "largest_value": max(row.abs().max().item() for row in rows),
                "torch": torch.__version__,
            }
        )
    )


if __name__ == "__main__":
    main()
