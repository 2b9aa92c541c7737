"""What the checkpoint says in PyTorch, greedily, as JSON: the reference that check.ts holds llama.cpp to.

For each prompt: its tokens, the tokens that follow, and the logits after the prompt's last token.

    python check.py --checkpoint out/checkpoint.pt --tokenizer out/tokenizer.json --out out/reference.json
"""

import argparse
import json
from pathlib import Path

import torch
from tokenizers import Tokenizer

from network import Llama, Shape
from tokenizer import TURN_END, prompt

ANSWER_TOKENS = 80

CHATS = [
    ["What is Tokenworks?"],
    ["what does a token cost"],
    ["hi", "Hello! I know about Tokenworks and token economics.", "whats ttft"],
    ["How do I use the OpenAI client?"],
    ["Who painted the Mona Lisa?"],
    ["Grüße, 你好 🙂 — naïve café?"],
    ["token " * 1500 + "\n\nWhat is PUE?"],
]


def messages_of(chat: list[str]) -> list[dict]:
    return [{"role": "assistant" if at % 2 else "user", "content": text} for at, text in enumerate(chat)]


@torch.no_grad()
def greedy(model: Llama, tokens: list[int], stop: int) -> tuple[list[int], list[float]]:
    """The likeliest answer, and the logits from which its first token was taken."""
    answer: list[int] = []
    first: list[float] = []
    while len(answer) < ANSWER_TOKENS:
        logits = model.logits(model(torch.tensor([tokens + answer]))[:, -1])[0]
        first = first or logits.tolist()
        answer.append(int(logits.argmax()))
        if answer[-1] == stop:
            break
    return answer, first


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()

    torch.set_num_threads(1)
    checkpoint = torch.load(arguments.checkpoint, weights_only=True)
    model = Llama(Shape(**checkpoint["shape"])).eval()
    model.load_state_dict(checkpoint["weights"])
    tokenizer = Tokenizer.from_file(str(arguments.tokenizer))
    stop = tokenizer.token_to_id(TURN_END)

    cases = []
    for chat in CHATS:
        text = prompt(messages_of(chat))
        tokens = tokenizer.encode(text).ids
        answer, logits = greedy(model, tokens, stop)
        cases.append({"prompt": text, "tokens": tokens, "answer": answer, "logits": [round(x, 4) for x in logits]})
        print(f"{chat[-1][-60:]!r}\n  {tokenizer.decode(answer)!r}")
    arguments.out.write_text(json.dumps(cases))


if __name__ == "__main__":
    main()
