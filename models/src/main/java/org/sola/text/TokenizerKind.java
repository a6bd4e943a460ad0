package org.sola.text;

/** How a text is cut into word pieces. */
public enum TokenizerKind {
    /** BERT's: lower case, accents stripped, punctuation split, longest match first; {@code vocab.txt}. */
    WORD_PIECE,
    /** RoBERTa's: case kept, byte-level byte pair encoding; {@code vocab.json} and {@code merges.txt}. */
    BYTE_LEVEL_PAIRS,
    /** CLIP's: lower case, byte pair encoding with a mark at the end of words; {@code bpe_simple_vocab_16e6.txt.gz}. */
    CLIP_PAIRS
}
