"""Makes the small EVF-SAM's tokenizer, and pins how the reference numbers the pieces of hard texts.

    python scripts/evfsam_tokenizer.py DEMO/train checkpoints/evf-sam-nano.sentencepiece.model \
        models/src/test/resources/evfsam/pieces.tsv

DEMO is what `sola data demo` writes; only the training split's expressions are read. Needs sentencepiece 0.2 and
transformers 4.44 (its slow XLMRobertaTokenizer is what EVF-SAM uses); no torch.
"""
import csv
import json
import sys
from pathlib import Path

import sentencepiece
from transformers import XLMRobertaTokenizer

HARD = [
    "the red car",
    "The RED car on the LEFT, turning right.",
    "the two birds that fly away",
    "a",
    ".",
    "  leading,   many\tand\ntrailing spaces  ",
    "naïve café",
    "ﬁne ligatures ①②③ ｆｕｌｌ ｗｉｄｔｈ",
    "der große Bär",
    "красная машина",
    "一只猫 and a dog",
    "l'oiseau, the dog's ball; 3.5% of 10_000!",
    "the \U0001f431 cat and \U0001f431\U0001f436 dogs",
    "\U0001d402\U0001d4d0\U0001d56d in letters of mathematics",
    "zero\u200bwidth\u00a0no-break\u00adsoft \ufeffmark",
    "e\u0301 combining",
    "<s> the car </s>",
    "the <mask> car",
    "the<pad>car <unk>",
    "<S> <mask",
    "\u2581the\u2581car",
    "xylophonists quizzically jive",
    "word" * 40,
]


def main():
    demo, model, pieces = sys.argv[1:]
    videos = json.loads((Path(demo) / "meta_expressions.json").read_text())["videos"]
    expressions = [e["exp"] for video in videos.values() for e in video["expressions"].values()]
    with open(Path(__file__).parent / "demo-sprites/sprites.tsv") as table:
        names = [row[1] for row in csv.reader(table, delimiter="\t") if not row[0].startswith("#")]
    letters = [chr(c) for c in range(33, 127)]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(expressions + 10 * names + 3 * letters),
        model_prefix=model.removesuffix(".model"),
        model_type="bpe",  # keeps every frequent word whole, which unigram does not on so little text
        vocab_size=1600,
        normalization_rule_name="nmt_nfkc_cf",  # as the reference's, and small letters
        character_coverage=1.0,
        num_threads=1,
        unk_id=0, bos_id=1, eos_id=2, pad_id=-1,
    )
    Path(model.removesuffix(".model") + ".vocab").unlink()
    tokenizer = XLMRobertaTokenizer(model)
    with open(pieces, "w") as out:
        for text in HARD:
            ids = tokenizer(text)["input_ids"]
            out.write(json.dumps(text) + "\t" + " ".join(map(str, ids)) + "\n")
    print(len(tokenizer.sp_model), "pieces,", len(tokenizer), "numbers")


main()
