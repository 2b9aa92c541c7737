"""What a model that is compiled as one graph holds at its highest point: two hidden states a layer (src/perf/memory/vllm-memory.ts).

    pip install torch==2.8.0
    python tools/perf/one-graph.py

A stack of layers as vLLM's Llama has them, with kernels that do nothing: norms that write in place, FP8 matrix
multiplications, attention that writes to its output. PyTorch's Inductor compiles the whole of it. As in vLLM
(`FixFunctionalizationPass`), a pass lets norms write in place again. The allocations of a run then tell the highest
point, in hidden states of all tokens: 18, 22 and 30 for 2, 4 and 8 layers.
"""

import operator

import torch
import torch._inductor.config as inductor
from torch._higher_order_ops.auto_functionalize import auto_functionalized
from torch._inductor.custom_graph_pass import CustomGraphPass
from torch.profiler import ProfilerActivity, profile

HIDDEN, WIDE, HEADS, HEAD_DIM, TOKENS = 1024, 3584, 8, 128, 2048
FP8, BF16 = torch.float8_e4m3fn, torch.bfloat16

kernels = torch.library.Library("stack", "DEF")
IN_PLACE = {
    "norm": "(Tensor! result, Tensor input, Tensor weight) -> ()",
    "add_norm": "(Tensor! input, Tensor! residual, Tensor weight) -> ()",
    "quantise": "(Tensor! result, Tensor input, Tensor scale) -> ()",
    "attend": "(Tensor query, Tensor key, Tensor value, Tensor! output) -> ()",
}
kernels.define("multiply(Tensor input, Tensor weight) -> Tensor")
for name, schema in IN_PLACE.items():
    kernels.define(name + schema)
for backend in ("CPU", "Meta"):
    for name in IN_PLACE:
        kernels.impl(name, lambda *_: None, backend)
    kernels.impl("multiply", lambda x, weight: torch.empty(x.shape[0], weight.shape[1], dtype=BF16, device=x.device), backend)
stack = torch.ops.stack


def weights(*shape):
    return torch.nn.Parameter(torch.empty(*shape).to(FP8), requires_grad=False)


def ones(*shape):
    return torch.nn.Parameter(torch.ones(*shape, dtype=BF16), requires_grad=False)


class Layer(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.heads, self.out = weights(HIDDEN, (HEADS + 2) * HEAD_DIM), weights(HEADS * HEAD_DIM, HIDDEN)
        self.up, self.down = weights(HIDDEN, 2 * WIDE), weights(WIDE, HIDDEN)
        self.before, self.between, self.scale = ones(HIDDEN), ones(HIDDEN), ones(1)

    def multiply(self, x, weight):
        quantised = torch.empty(x.shape, dtype=FP8, device=x.device)
        stack.quantise(quantised, x, self.scale)
        return stack.multiply(quantised, weight)

    def forward(self, x, residual):
        if residual is None:
            residual, normed = x, torch.empty_like(x)
            stack.norm(normed, x, self.before)
            x = normed
        else:
            stack.add_norm(x, residual, self.before)
        query, key, value = self.multiply(x, self.heads).split([HEADS * HEAD_DIM, HEAD_DIM, HEAD_DIM], -1)
        attended = torch.empty(query.shape, dtype=BF16, device=x.device)
        stack.attend(query.contiguous(), key.contiguous(), value.contiguous(), attended)
        x = self.multiply(attended, self.out)
        stack.add_norm(x, residual, self.between)
        wide = self.multiply(x, self.up)
        return self.multiply(torch.nn.functional.silu(wide[..., :WIDE]) * wide[..., WIDE:], self.down), residual


class Model(torch.nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.embedding, self.last = ones(64, HIDDEN), ones(HIDDEN)
        self.layers = torch.nn.ModuleList(Layer() for _ in range(layers))

    def forward(self, ids):
        x, residual = torch.nn.functional.embedding(ids, self.embedding), None
        for layer in self.layers:
            x, residual = layer(x, residual)
        stack.add_norm(x, residual, self.last)
        return x


class WriteInPlace(CustomGraphPass):
    written = {stack.norm.default: ["result"], stack.add_norm.default: ["input", "residual"]}

    def __call__(self, graph):
        for node in list(graph.nodes):
            if node.target is not auto_functionalized or node.args[0] not in self.written:
                continue
            for user in list(node.users):
                assert user.target is operator.getitem
                user.replace_all_uses_with(node.kwargs[self.written[node.args[0]][user.args[1] - 1]])
                graph.erase_node(user)
            with graph.inserting_before(node):
                graph.call_function(node.args[0], kwargs=node.kwargs)
            graph.erase_node(node)

    def uuid(self):
        return None


def highest(layers):
    torch._dynamo.reset()
    model, ids = torch.compile(Model(layers), fullgraph=True), torch.zeros(TOKENS, dtype=torch.int64)
    torch._dynamo.mark_dynamic(ids, 0)
    with torch.no_grad():
        model(ids)
        with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as run:
            model(ids)
    moves = [event for event in run.profiler.kineto_results.events() if event.name() == "[memory]"]
    held = most = 0
    for event in sorted(moves, key=lambda event: event.start_ns()):
        held += event.nbytes()
        most = max(most, held)
    return most / (TOKENS * HIDDEN * BF16.itemsize)


inductor.post_grad_custom_post_pass = WriteInPlace()
inductor.force_disable_caches = True
inductor.enable_auto_functionalized_v2 = False
for layers in (2, 4, 8):
    print(f"{layers} layers: {highest(layers):.1f} hidden states at the highest point")
