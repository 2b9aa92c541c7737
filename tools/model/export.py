"""Writes a checkpoint as GGUF: weights in Q8_0 (or F16, F32), tokenizer, chat template and licence in one file.

The file appears whole or not at all: it is written beside its place and renamed.

    python export.py --checkpoint out/checkpoint.pt --tokenizer out/tokenizer.json --out ../../models/tokenworks-tiny.gguf
"""

import argparse
import hashlib
import json
import os
from pathlib import Path

import gguf
import numpy as np
import torch

from network import Shape
from tokenizer import CHAT_TEMPLATE, CONTROL, END_OF_TEXT, TURN_END

TENSORS_OF_BLOCK = {
    "attention_norm": "attn_norm",
    "attention.query": "attn_q",
    "attention.key": "attn_k",
    "attention.value": "attn_v",
    "attention.output": "attn_output",
    "feed_forward_norm": "ffn_norm",
    "feed_forward.gate": "ffn_gate",
    "feed_forward.up": "ffn_up",
    "feed_forward.down": "ffn_down",
}

FORMATS = {
    "f32": (gguf.GGMLQuantizationType.F32, gguf.LlamaFileType.ALL_F32),
    "f16": (gguf.GGMLQuantizationType.F16, gguf.LlamaFileType.MOSTLY_F16),
    "q8_0": (gguf.GGMLQuantizationType.Q8_0, gguf.LlamaFileType.MOSTLY_Q8_0),
}


def tensor_name(parameter: str) -> str:
    """GGUF's name for one of our parameters."""
    parts = parameter.removesuffix(".weight").split(".")
    if parts[0] == "embedding":
        return "token_embd.weight"
    if parts[0] == "norm":
        return "output_norm.weight"
    return f"blk.{parts[1]}.{TENSORS_OF_BLOCK['.'.join(parts[2:])]}.weight"


def write_shape(writer: gguf.GGUFWriter, shape: Shape) -> None:
    writer.add_block_count(shape.layers)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_layer_norm_rms_eps(shape.norm_epsilon)
    writer.add_rope_dimension_count(shape.head_width)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_vocab_size(shape.vocabulary)


def write_tokenizer(writer: gguf.GGUFWriter, path: Path) -> None:
    model = json.loads(path.read_text())["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    control, normal = gguf.TokenType.CONTROL, gguf.TokenType.NORMAL
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([control if token in CONTROL else normal for token in tokens])
    writer.add_token_merges(merges)
    writer.add_bos_token_id(model["vocab"][END_OF_TEXT])
    writer.add_pad_token_id(model["vocab"][END_OF_TEXT])
    writer.add_eos_token_id(model["vocab"][TURN_END])
    writer.add_eot_token_id(model["vocab"][TURN_END])
    writer.add_add_bos_token(False)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def write(checkpoint: dict, tokenizer: Path, out: Path, format: str) -> None:
    kind, file_type = FORMATS[format]
    partial = out.with_suffix(".partial")
    writer = gguf.GGUFWriter(str(partial), "llama")
    writer.add_name("tokenworks-tiny")
    writer.add_basename("tokenworks")
    writer.add_size_label("tiny")
    writer.add_organization("Tokenworks")
    writer.add_description("A tiny demonstrator that answers questions about Tokenworks and token economics.")
    writer.add_license("Apache-2.0")
    writer.add_languages(["en"])
    writer.add_file_type(file_type)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    write_shape(writer, Shape(**checkpoint["shape"]))
    write_tokenizer(writer, tokenizer)
    for name, weight in checkpoint["weights"].items():
        data = weight.float().numpy().astype(np.float32)
        tensor_kind = kind if data.ndim == 2 else gguf.GGMLQuantizationType.F32
        writer.add_tensor(tensor_name(name), gguf.quants.quantize(data, tensor_kind), raw_dtype=tensor_kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    os.replace(partial, out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--format", choices=FORMATS, default="q8_0")
    arguments = parser.parse_args()

    checkpoint = torch.load(arguments.checkpoint, map_location="cpu", weights_only=True)
    write(checkpoint, arguments.tokenizer, arguments.out, arguments.format)
    content = arguments.out.read_bytes()
    print(f"{arguments.out}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
