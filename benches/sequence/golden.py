"""Writes, or with --check compares, what crates/gsasrec/tests/golden holds: tiny models and what the twin makes of them.

{separate,reused}.safetensors: weights in f32 under the reference's names, with and without a separate output embedding.
golden.json, every figure in f64 from those weights:

shape                  items, dimension, blocks, heads, max_length; of both models
models.NAME.histories  for several histories (item numbers, oldest first; the model sees the last max_length of them):
    history
    states             [position][dimension] after the final norm, of the items that the model sees; padding left out
    last_state         the last of them
    scores             [items + 2] of every row of the output table, rows 0 (no item) and items + 1 (padding) too
models.NAME.batches    one per number of negatives, of the same users:
    sequences          [user][..] what they watched; the model sees the last max_length + 1: all but the last of these
                       as input, all but the first as targets
    negatives          [user][position][negatives] given, not drawn; some are the target itself, or repeat
    logits             [user][position][1 + negatives] of the target, then of the negatives
    gbce_threshold     how much of gBCE's calibration, the t of its paper
    gbce_loss          mean over all positions of the mean over 1 + negatives. The positive logit s becomes
                       log(1 / (sigmoid(s)^-beta - 1)) in f64: the sigmoid held within [1e-10, 1 - 1e-10], the power
                       at or above 1 + 1e-10, the fraction at or above 1e-10
    gbce_gradient_norms  of each tensor, Euclidean. Those of key_proj.bias are 0 but for rounding: softmax ignores it
    full_softmax_loss  mean over all positions of the cross-entropy over items 1 to N
    sampled_softmax_loss           the same over the target and its negatives, as given: nothing corrected or left out
    sampled_softmax_corrected_loss negatives that are the target left out, log((items - 1) / n) added to the logits of
                                   the n that stay: its expectation over uniform negatives tends to the full one
generalised_positive   for some numbers of negatives and thresholds, as above: positive logits, and what gBCE turns them into
"""

import argparse
import json
import math
import random
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

import losses
from twin import GSasRec, Shape, padded

FOLDER = Path(__file__).resolve().parents[2] / "crates/gsasrec/tests/golden"
SIZES = {"items": 23, "dimension": 8, "blocks": 2, "heads": 2, "max_length": 10}
MODELS = {
    "separate": Shape(**SIZES),
    "reused": Shape(**SIZES, reuses_item_embeddings=True),
}
HISTORY_LENGTHS = [1, 2, 6, 10, 17]
SEQUENCE_LENGTHS = [2, 5, 11, 18]
NEGATIVES = [1, 4, 16]
CALIBRATION = 0.75


def main() -> None:
    parser = argparse.ArgumentParser(description="Golden fixtures of crates/gsasrec.")
    parser.add_argument("--check", action="store_true", help="compare with the committed ones instead of writing")
    if parser.parse_args().check:
        check()
    else:
        write()


def write() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for seed, (name, shape) in enumerate(MODELS.items()):
        path = FOLDER / f"{name}.safetensors"
        save_file(random_weights(shape, seed), path)
        path.chmod(0o644)
    (FOLDER / "golden.json").write_text(json.dumps(expected(torch.float64), separators=(",", ":")) + "\n")
    check()


def check() -> None:
    committed = json.loads((FOLDER / "golden.json").read_text())
    differs = [
        f"in {dtype} it differs by {distance:.1e}, more than {tolerance:.0e}"
        for dtype, tolerance in [(torch.float64, 1e-12), (torch.float32, 1e-5)]
        if (distance := furthest(committed, expected(dtype))) > tolerance
    ]
    sys.exit("\n".join(["the twin does not make what is committed:"] + differs) if differs else 0)


def random_weights(shape: Shape, seed: int) -> dict[str, torch.Tensor]:
    """Wide enough for differences to show; norms are neither 1 nor 0."""
    chance = torch.Generator().manual_seed(seed)
    return {
        name: torch.randn(tensor.shape, generator=chance) * 0.3 + (1.0 if name.endswith("norm.weight") else 0.0)
        for name, tensor in GSasRec(shape).state_dict().items()
    }


def expected(dtype: torch.dtype) -> dict:
    return {
        "shape": SIZES,
        "models": {name: expected_of(name, shape, dtype) for name, shape in MODELS.items()},
        "generalised_positive": generalised_positives(),
    }


def expected_of(name: str, shape: Shape, dtype: torch.dtype) -> dict:
    model = GSasRec(shape).to(dtype)
    model.load_state_dict(load_file(FOLDER / f"{name}.safetensors"))
    chance = random.Random(42)
    return {
        "histories": [of_history(model.eval(), some_items(chance, length)) for length in HISTORY_LENGTHS],
        "batches": [of_batch(model.train(), negatives) for negatives in NEGATIVES],
    }


def some_items(chance: random.Random, count: int) -> list[int]:
    return [chance.randint(1, SIZES["items"]) for _ in range(count)]


@torch.no_grad()
def of_history(model: GSasRec, history: list[int]) -> dict:
    sequences = padded([history], model.shape)
    states = model(sequences)[0, -min(len(history), model.shape.max_length) :]
    return {
        "history": history,
        "states": states.tolist(),
        "last_state": states[-1].tolist(),
        "scores": model.scores(sequences)[0].tolist(),
    }


def of_batch(model: GSasRec, count: int) -> dict:
    chance = random.Random(count)
    shape = model.shape
    sequences = [some_items(chance, length) for length in SEQUENCE_LENGTHS]
    seen = [items[-shape.max_length - 1 :] for items in sequences]
    inputs, targets = padded([items[:-1] for items in seen], shape), padded([items[1:] for items in seen], shape)
    real = inputs != shape.padding
    negatives = torch.tensor([[some_items(chance, count) for _ in row] for row in targets])
    negatives[real & (targets % 3 == 0), 0] = targets[real & (targets % 3 == 0)]

    states = model(inputs)
    candidates = torch.cat([targets.unsqueeze(-1), negatives], -1)
    logits = (states.unsqueeze(-2) * model.output_table[candidates]).sum(-1)
    loss = losses.gbce(logits, real, shape.items, CALIBRATION)
    model.zero_grad()
    loss.backward()
    catalogue = states @ model.output_table[1:-1].T
    return {
        "sequences": sequences,
        "negatives": only_real(negatives, real),
        "logits": only_real(logits, real),
        "gbce_threshold": CALIBRATION,
        "gbce_loss": loss.item(),
        "gbce_gradient_norms": {name: tensor.grad.norm().item() for name, tensor in model.named_parameters()},
        "full_softmax_loss": losses.full_softmax(catalogue, targets, real).item(),
        "sampled_softmax_loss": losses.sampled_softmax(logits, real).item(),
        "sampled_softmax_corrected_loss": losses.sampled_softmax(corrected(logits, candidates), real).item(),
    }


def only_real(values: torch.Tensor, real: torch.Tensor) -> list:
    return [row[mask].tolist() for row, mask in zip(values, real)]


def corrected(logits: torch.Tensor, candidates: torch.Tensor) -> torch.Tensor:
    stays = candidates[..., 1:] != candidates[..., :1]
    shift = math.log(SIZES["items"] - 1) - stays.sum(-1, keepdim=True).to(logits.dtype).log()
    negatives = (logits[..., 1:] + shift).masked_fill(~stays, -torch.inf)
    return torch.cat([logits[..., :1], negatives], -1)


def generalised_positives() -> list[dict]:
    logits = [-60.0, -30.0, -5.0, -0.5, 0.0, 0.5, 5.0, 15.0, 30.0, 60.0]
    return [
        {
            "items": items,
            "negatives": negatives,
            "threshold": calibration,
            "logits": logits,
            "transformed": losses.generalised_positive(torch.tensor(logits), items, negatives, calibration).tolist(),
        }
        for items, negatives, calibration in [(23, 4, 0.75), (3416, 256, 0.75), (3416, 256, 0.0), (84_432, 16, 0.75)]
    ]


def furthest(left, right) -> float:
    """The largest difference between two trees of figures, relative to those above 1."""
    if isinstance(left, dict) and isinstance(right, dict) and left.keys() == right.keys():
        return max((furthest(left[key], right[key]) for key in left), default=0.0)
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        return max((furthest(*pair) for pair in zip(left, right)), default=0.0)
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return abs(left - right) / max(1.0, abs(left))
    return math.inf


main()
