"""The tokenizer: byte-level BPE learned from the corpus, with ChatML's three control tokens.

Promise: every byte is in the vocabulary, so any UTF-8 text can be written and read back; words split as
llama.cpp's `gpt-2` pre-tokenizer splits them.

    python tokenizer.py --corpus out/corpus.jsonl --out out/tokenizer.json
"""

import argparse
import json
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

END_OF_TEXT, TURN_START, TURN_END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
CONTROL = [END_OF_TEXT, TURN_START, TURN_END]  # ids 0, 1, 2

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def turn(role: str, content: str) -> str:
    """One message as the chat template writes it."""
    return f"{TURN_START}{role}\n{content}{TURN_END}\n"


def prompt(messages: list[dict]) -> str:
    """A conversation as the chat template writes it, ready for the assistant's answer."""
    return "".join(turn(m["role"], m["content"]) for m in messages) + f"{TURN_START}assistant\n"


def learn(texts, vocabulary: int) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=vocabulary,
            special_tokens=CONTROL,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    return tokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--vocabulary", type=int, default=3072)
    parser.add_argument("--conversations", type=int, default=40_000, help="how many to learn from")
    arguments = parser.parse_args()

    def texts():
        with arguments.corpus.open() as lines:
            for line, _ in zip(lines, range(arguments.conversations)):
                for message in json.loads(line)["messages"]:
                    yield f"{message['role']}\n{message['content']}\n"

    tokenizer = learn(texts(), arguments.vocabulary)
    if tokenizer.get_vocab_size() != arguments.vocabulary:
        raise SystemExit(f"The corpus yields only {tokenizer.get_vocab_size()} tokens; give it more text.")
    tokenizer.save(str(arguments.out))


if __name__ == "__main__":
    main()
