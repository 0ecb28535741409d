"""The PyTorch side: `train` and `requests` take the arguments of `filmlens-sequence bench`, and print the same JSON lines.

Eager is written as the reference is. Compiled has what PyTorch offers beyond: torch.compile and the fused Adam.
"""

import argparse
import json
import time
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

import losses
from twin import GSasRec, Shape, padded

READ_BYTES = 1 << 30
MULTIPLIED = 4096


def main() -> None:
    options = parse_options()
    torch.manual_seed(options.seed)
    if options.threads:
        torch.set_num_threads(options.threads)
    options.act(options)


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compile", action="store_true")
    actions = parser.add_subparsers(required=True)

    def action(act, *names: str, help: str):
        command = actions.add_parser(act.__name__, help=help)
        command.set_defaults(act=act)
        command.add_argument("--threads", type=int, default=0)
        command.add_argument("--seed", type=int, default=42)
        for name in names:
            command.add_argument(f"--{name}", type=int, required=True)
        return command

    shape = ["items", "dimension", "blocks", "heads", "max-length"]
    training = action(train, *shape, "negatives", "batch-size", "warm-up", help="the speed of training steps")
    training.add_argument("--data", type=Path, required=True)
    training.add_argument("--dropout", type=float, required=True)
    training.add_argument("--calibration", type=float, required=True)
    asking = action(requests, *shape, "rounds", help="the latency of batches of requests")
    asking.add_argument("--weights", type=Path, required=True)
    asking.add_argument("--histories", type=Path, required=True)
    asking.add_argument("--batch", type=int, action="append", required=True)
    drawing = action(weights, *shape, help="a model with random weights, as safetensors")
    drawing.add_argument("--out", type=Path, required=True)
    action(machine, help="what the memory and the processor reach")
    return parser.parse_args()


def shape_of(options, dropout: float = 0.0) -> Shape:
    return Shape(options.items, options.dimension, options.blocks, options.heads, options.max_length, dropout)


def train(options) -> None:
    """Steps over all sequences once, after the warm-up."""
    model = GSasRec(shape_of(options, options.dropout))
    optimizer = torch.optim.Adam(model.parameters(), fused=options.compile or None)
    sequences = read_sequences(options.data / "sequences.txt")
    batches = [
        sequences[start : start + options.batch_size] for start in range(0, len(sequences), options.batch_size)
    ]

    def loss_of(inputs, targets, negatives):
        candidates = torch.cat([targets.unsqueeze(-1), negatives], -1)
        logits = torch.einsum("bld,blcd->blc", model(inputs), model.output_embedding(candidates))
        return losses.gbce(logits, inputs != model.shape.padding, options.items, options.calibration)

    compiled = torch.compile(loss_of, dynamic=False) if options.compile else loss_of

    def step(batch) -> float:
        inputs, targets = padded_pairs(batch, model.shape)
        negatives = torch.randint(1, options.items + 1, (*targets.shape, options.negatives))
        optimizer.zero_grad()
        loss = compiled(inputs, targets, negatives)
        loss.backward()
        optimizer.step()
        return loss.item()

    for batch in batches[: options.warm_up]:
        step(batch)
    started = time.perf_counter()
    last_losses = [step(batch) for batch in batches]
    seconds = time.perf_counter() - started
    tokens = sum(min(len(items) - 1, options.max_length) for items in sequences)
    report(steps=len(batches), tokens=tokens, seconds=seconds, loss=last_losses[-1])


@torch.inference_mode()
def requests(options) -> None:
    """The ten best of the catalogue for batches of histories, what was seen left out."""
    model = GSasRec(shape_of(options)).eval()
    model.load_state_dict(load_file(options.weights))
    histories = read_sequences(options.histories)

    def best(sequences):
        scores = model.scores(sequences).scatter(1, sequences, -torch.inf)
        scores[:, 0] = -torch.inf
        scores[:, -1] = -torch.inf
        return scores.topk(10)

    answer = torch.compile(best, dynamic=False) if options.compile else best

    def ask(batch) -> tuple[float, list]:
        started = time.perf_counter()
        items = answer(padded(batch, model.shape)).indices.tolist()
        return time.perf_counter() - started, items

    for size in options.batch:
        batches = [histories[start : start + size] for start in range(0, len(histories) - size + 1, size)]
        answers = ask(batches[0])[1]
        ask(batches[0])
        times = [ask(batches[number % len(batches)])[0] * 1e3 for number in range(options.rounds)]
        report(batch=size, milliseconds=times, answers=answers)


def weights(options) -> None:
    """Wide enough that the ten best are clearly apart."""
    state = GSasRec(shape_of(options)).state_dict()
    for name, tensor in state.items():
        tensor.normal_(1.0 if name.endswith("norm.weight") else 0.0, 0.1)
    save_file(state, options.out)


def machine(options) -> None:
    numbers = torch.ones(READ_BYTES // 4)
    square = torch.randn(MULTIPLIED, MULTIPLIED)
    # Which of the two reads faster depends on the machine.
    readers = [numbers.sum, lambda: numbers.view(-1, 256).mv(numbers[:256])]
    read = max(READ_BYTES / fastest(reader, 5) for reader in readers)
    report(bytes_per_second=read, flops_per_second=2 * MULTIPLIED**3 / fastest(lambda: square @ square, 3))


def fastest(act, times: int) -> float:
    act()
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def read_sequences(path: Path) -> list[list[int]]:
    return [[int(item) for item in line.split()] for line in path.read_text().splitlines()]


def padded_pairs(lists: list[list[int]], shape: Shape) -> tuple[torch.Tensor, torch.Tensor]:
    """What goes in, and what came next."""
    return padded([items[:-1] for items in lists], shape), padded([items[1:] for items in lists], shape)


def report(**figures) -> None:
    print(json.dumps(figures), flush=True)


main()
