"""Training: next-token prediction over packed conversations, weighted towards the assistant's words.

A window starts at the start of a conversation and holds as many whole ones as fit. One step in eight uses
windows as long as the whole context, so that late positions are learned too. A checkpoint is written every
few minutes and the learning rate follows the wall clock (cosine), so the run ends when its time is up.

    python train.py --corpus out/corpus.jsonl --tokenizer out/tokenizer.json --out out/checkpoint.pt --minutes 50
"""

import argparse
import itertools
import json
import math
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from network import Llama, Shape
from tokenizer import END_OF_TEXT, turn

TOKENS_PER_STEP = 8192
SHORT_WINDOW = 512
LONG_EVERY = 8
USER_WEIGHT = 0.1
PEAK_RATE, FINAL_RATE, WARM_UP_STEPS = 2e-3, 5e-5, 60
WEIGHT_DECAY = 0.05
HELD_OUT = 400

Sample = tuple[list[int], list[float]]


def encode(messages: list[dict], tokenizer: Tokenizer, end_of_text: int) -> Sample:
    """A conversation's tokens, and how much predicting each of them counts."""
    tokens, weights = [end_of_text], [0.0]
    for message in messages:
        ids = tokenizer.encode(turn(message["role"], message["content"])).ids
        # "<|im_start|>role\n" is given by the template, and so is the newline after "<|im_end|>".
        given = len(tokenizer.encode(f"<|im_start|>{message['role']}\n").ids)
        weight = 1.0 if message["role"] == "assistant" else USER_WEIGHT
        tokens += ids
        weights += [USER_WEIGHT] * given + [weight] * (len(ids) - given - 1) + [USER_WEIGHT]
    return tokens, weights


def load(corpus: Path, tokenizer: Tokenizer) -> list[tuple[np.ndarray, np.ndarray]]:
    end_of_text = tokenizer.token_to_id(END_OF_TEXT)
    samples = []
    with corpus.open() as lines:
        for line in lines:
            tokens, weights = encode(json.loads(line)["messages"], tokenizer, end_of_text)
            samples.append((np.array(tokens, dtype=np.int16), np.array(weights, dtype=np.float16)))
    return samples


def windows(samples: list, length: int, chance: random.Random) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Windows of whole conversations, for ever. Half of them start without the end-of-text token, as a chat does."""
    order: list[int] = []
    while True:
        tokens = np.zeros(length + 1, dtype=np.int64)
        weights = np.zeros(length + 1, dtype=np.float32)
        filled = 0
        while True:
            if not order:
                order = chance.sample(range(len(samples)), len(samples))
            new_tokens, new_weights = samples[order[-1]]
            if filled == 0 and chance.random() < 0.5:
                new_tokens, new_weights = new_tokens[1:], new_weights[1:]
            if filled + len(new_tokens) > length + 1:
                if filled == 0:  # longer than the window: keep its start
                    order.pop()
                    tokens[:], weights[:] = new_tokens[: length + 1], new_weights[: length + 1]
                break
            order.pop()
            tokens[filled : filled + len(new_tokens)] = new_tokens
            weights[filled : filled + len(new_weights)] = new_weights
            filled += len(new_tokens)
        yield tokens, weights


def batch(source: Iterator, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    tokens, weights = zip(*itertools.islice(source, size))
    return torch.from_numpy(np.stack(tokens)), torch.from_numpy(np.stack(weights))


def weighted_loss(model: Llama, tokens: torch.Tensor, weights: torch.Tensor, only_full: bool = False) -> torch.Tensor:
    """Mean cross-entropy in nats; `only_full` counts the assistant's tokens alone."""
    target, weight = tokens[:, 1:].reshape(-1), weights[:, 1:].reshape(-1)
    if only_full:
        weight = (weight == 1.0).float()
    keep = weight > 0
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = model(tokens[:, :-1]).reshape(-1, model.shape.width)[keep]
        logits = model.logits(hidden)
    losses = F.cross_entropy(logits.float(), target[keep], reduction="none")
    return (losses * weight[keep]).sum() / weight[keep].sum()


def learning_rate(step: int, progress: float) -> float:
    cosine = 0.5 * (1 + math.cos(math.pi * min(progress, 1.0)))
    return min(1.0, (step + 1) / WARM_UP_STEPS) * (FINAL_RATE + (PEAK_RATE - FINAL_RATE) * cosine)


def save(path: Path, model: Llama, figures: dict) -> None:
    partial = path.with_suffix(".partial")
    torch.save({"shape": model.shape.as_dict(), "weights": model.state_dict(), "figures": figures}, partial)
    os.replace(partial, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=50)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--start-from", type=Path, help="a checkpoint whose weights to go on from")
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    chance = random.Random(arguments.seed)
    tokenizer = Tokenizer.from_file(str(arguments.tokenizer))
    samples = load(arguments.corpus, tokenizer)
    held_out, samples = samples[:HELD_OUT], samples[HELD_OUT:]
    print(f"{len(samples):,} conversations, {sum(len(s[0]) for s in samples):,} tokens", flush=True)

    model = Llama(Shape(vocabulary=tokenizer.get_vocab_size()))
    if arguments.start_from:
        model.load_state_dict(torch.load(arguments.start_from, weights_only=True)["weights"])
    print(f"{model.parameter_count():,} parameters", flush=True)
    decayed = [p for p in model.parameters() if p.dim() == 2]
    others = [p for p in model.parameters() if p.dim() != 2]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": others, "weight_decay": 0.0}],
        betas=(0.9, 0.98),
        fused=True,
    )
    short = windows(samples, SHORT_WINDOW, chance)
    long = windows(samples, model.shape.context, chance)
    exam = batch(windows(held_out, SHORT_WINDOW, random.Random(1)), 32)

    def examine() -> float:
        model.eval()
        with torch.no_grad():
            loss = weighted_loss(model, *exam, only_full=True).item()
        model.train()
        return loss

    start = last_saved = time.monotonic()
    smoothed, seen = None, 0
    for step in itertools.count():
        elapsed = time.monotonic() - start
        progress = elapsed / (arguments.minutes * 60)
        if progress >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, progress)
        is_long = step % LONG_EVERY == LONG_EVERY - 1
        source, length = (long, model.shape.context) if is_long else (short, SHORT_WINDOW)
        loss = weighted_loss(model, *batch(source, TOKENS_PER_STEP // length))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        seen += TOKENS_PER_STEP
        smoothed = loss.item() if smoothed is None else 0.95 * smoothed + 0.05 * loss.item()
        if step % 20 == 0:
            rate = seen / (time.monotonic() - start)
            print(f"step {step}  loss {smoothed:.3f}  {seen / 1e6:.2f} M tokens  {rate:,.0f} tokens/s", flush=True)
        if time.monotonic() - last_saved > 180:
            last_saved = time.monotonic()
            save(arguments.out, model, {"step": step, "tokens": seen})
            print(f"  saved; held-out answer loss {examine():.3f}", flush=True)

    figures = {
        "steps": step,
        "tokens": seen,
        "minutes": round((time.monotonic() - start) / 60, 1),
        "train_loss": round(smoothed, 4),
        "held_out_answer_loss": round(examine(), 4),
        "parameters": model.parameter_count(),
    }
    save(arguments.out, model, figures)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
