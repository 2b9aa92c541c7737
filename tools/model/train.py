"""Training: next-token prediction over packed conversations, weighted towards the assistant's words.

A window starts at the start of a conversation and holds as many whole ones as fit. Most steps use short
windows, which are quick; some use longer ones for the longer conversations, and one in sixteen is as long as
the whole context, so that late positions are learned too. A checkpoint is written every few minutes and the
learning rate follows the wall clock (cosine), so the run ends when its time is up.

    python train.py --corpus out/corpus.jsonl --tokenizer out/tokenizer.json --out out/checkpoint.pt --minutes 60
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

TOKENS_PER_STEP = 2048
SHORT, MIDDLE, WHOLE = 256, 640, 2048
LENGTHS = ([SHORT] * 4 + [MIDDLE]) * 3 + [WHOLE]
USER_WEIGHT = 0.1
OPENING_WEIGHT, OPENING_DECAY = 6.0, 0.8  # an answer's first tokens choose it, the others recite it
PEAK_RATE, FINAL_RATE, WARM_UP_STEPS = 3e-3, 3e-5, 200
WEIGHT_DECAY = 0.05
CANDIDATES = 40  # how many conversations to look through for one that fits the rest of a window
HELD_OUT = 400

Sample = tuple[np.ndarray, np.ndarray]  # tokens, and how much predicting each of them counts
Batch = tuple[torch.Tensor, ...]  # tokens, weights, and the number of the conversation they are of


def encode(messages: list[dict], tokenizer: Tokenizer, end_of_text: int) -> Sample:
    """A conversation's tokens and weights."""
    tokens, weights = [end_of_text], [0.0]
    for message in messages:
        ids = tokenizer.encode(turn(message["role"], message["content"])).ids
        tokens += ids
        if message["role"] != "assistant":
            weights += [USER_WEIGHT] * len(ids)
            continue
        # "<|im_start|>assistant\n" is given by the template, and so is the newline after "<|im_end|>".
        given = len(tokenizer.encode("<|im_start|>assistant\n").ids)
        answer = [1 + OPENING_WEIGHT * OPENING_DECAY**at for at in range(len(ids) - given - 1)]
        weights += [USER_WEIGHT] * given + answer + [USER_WEIGHT]
    return np.array(tokens, dtype=np.int16), np.array(weights, dtype=np.float32)


def load(corpus: Path, tokenizer: Tokenizer) -> list[Sample]:
    end_of_text = tokenizer.token_to_id(END_OF_TEXT)
    samples = []
    with corpus.open() as lines:
        for line in lines:
            sample = encode(json.loads(line)["messages"], tokenizer, end_of_text)
            if len(sample[0]) <= WHOLE:
                samples.append(sample)
    return samples


def windows(samples: list[Sample], length: int, chance: random.Random) -> Iterator[tuple[np.ndarray, ...]]:
    """Windows of whole conversations, for ever. Half of them start without the end-of-text token, as a chat does."""
    order: list[int] = []
    while True:
        tokens = np.zeros(length + 1, dtype=np.int64)
        weights = np.zeros(length + 1, dtype=np.float32)
        document = np.zeros(length + 1, dtype=np.int16)
        filled = 0
        for number in itertools.count(1):
            if len(order) < CANDIDATES:
                order = chance.sample(range(len(samples)), len(samples)) + order
            room = length + 1 - filled
            fitting = (at for at in range(1, CANDIDATES + 1) if len(samples[order[-at]][0]) <= room)
            at = next(fitting, None)
            if at is None:
                break
            new_tokens, new_weights = samples[order.pop(-at)]
            if chance.random() < 0.5:
                new_tokens, new_weights = new_tokens[1:], new_weights[1:]
            tokens[filled : filled + len(new_tokens)] = new_tokens
            weights[filled : filled + len(new_weights)] = new_weights
            document[filled : filled + len(new_tokens)] = number
            filled += len(new_tokens)
        yield tokens, weights, document


def batch(source: Iterator, size: int) -> Batch:
    return tuple(torch.from_numpy(np.stack(arrays)) for arrays in zip(*itertools.islice(source, size)))


def losses(model: Llama, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Cross-entropy in nats of each token that counts, and its weight."""
    tokens, weights, document = batch
    target, weight = tokens[:, 1:].reshape(-1), weights[:, 1:].reshape(-1)
    keep = weight > 0
    # In the longest windows a conversation sees those before it, as it would after a long prompt.
    apart = None if tokens.shape[1] > WHOLE else document[:, :-1]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = model(tokens[:, :-1], apart).reshape(-1, model.shape.width)[keep]
        logits = model.logits(hidden)
    return F.cross_entropy(logits.float(), target[keep], reduction="none"), weight[keep]


@torch.no_grad()
def examine(model: Llama, batches: list[Batch]) -> tuple[float, float]:
    """Loss per token of the held-out answers, and of their first tokens, which choose the answer."""
    pairs = [losses(model, batch) for batch in batches]
    loss, weight = torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])
    return loss[weight >= 1].mean().item(), loss[weight >= weight.max()].mean().item()


def learning_rate(step: int, progress: float, peak: float) -> float:
    """Warms up by steps, then falls along a cosine as `progress` goes from 0 to 1."""
    cosine = 0.5 * (1 + math.cos(math.pi * min(progress, 1.0)))
    return min(1.0, (step + 1) / WARM_UP_STEPS) * (FINAL_RATE + (peak - FINAL_RATE) * cosine)


def save(path: Path, model: Llama, figures: dict) -> None:
    partial = path.with_suffix(".partial")
    torch.save({"shape": model.shape.as_dict(), "weights": model.state_dict(), "figures": figures}, partial)
    os.replace(partial, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--peak-rate", type=float, default=PEAK_RATE, help="learning rate after the warm-up")
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
    matrices = [weight for weight in model.parameters() if weight.dim() == 2]
    gains = [weight for weight in model.parameters() if weight.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": WEIGHT_DECAY}, {"params": gains, "weight_decay": 0.0}],
        betas=(0.9, 0.98),
        fused=True,
    )
    short = [sample for sample in samples if len(sample[0]) <= SHORT]
    middle = [sample for sample in samples if SHORT < len(sample[0]) <= MIDDLE]
    sources = {
        SHORT: windows(short, SHORT, chance),
        MIDDLE: windows(middle + short[: len(middle)], MIDDLE, chance),
        WHOLE: windows(samples, WHOLE, chance),
    }
    exam_windows = windows([sample for sample in held_out if len(sample[0]) <= SHORT], SHORT, random.Random(1))
    exam = [batch(exam_windows, 8) for _ in range(8)]

    start = last_saved = time.monotonic()
    smoothed, seen = None, 0
    for step in itertools.count():
        elapsed = time.monotonic() - start
        progress = elapsed / (arguments.minutes * 60)
        if progress >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, progress, arguments.peak_rate)
        length = LENGTHS[step % len(LENGTHS)]
        loss, weight = losses(model, batch(sources[length], TOKENS_PER_STEP // length))
        loss = (loss * weight).sum() / weight.sum()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        seen += TOKENS_PER_STEP // length * length
        smoothed = loss.item() if smoothed is None else 0.95 * smoothed + 0.05 * loss.item()
        if step % 100 == 0:
            rate = seen / (time.monotonic() - start)
            print(f"step {step}  loss {smoothed:.3f}  {seen / 1e6:.2f} M tokens  {rate:,.0f} tokens/s", flush=True)
        if time.monotonic() - last_saved > 120:
            last_saved = time.monotonic()
            save(arguments.out, model, {"step": step, "tokens": seen})
            print("  saved; held-out loss %.3f, of first tokens %.3f" % examine(model, exam), flush=True)

    held_out_loss, first_token_loss = examine(model, exam)
    figures = {
        "steps": step,
        "tokens": seen,
        "minutes": round((time.monotonic() - start) / 60, 1),
        "train_loss": round(smoothed, 4),
        "held_out_loss": round(held_out_loss, 4),
        "held_out_first_token_loss": round(first_token_loss, 4),
        "parameters": model.parameter_count(),
    }
    save(arguments.out, model, figures)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
