"""
Trains architectures for Evoke: reads requests from stdin, a line of JSON each, and answers on stdout.

A training that was killed goes on after its last epoch, and one that is promoted to more epochs goes
on where the shorter one ended: the checkpoint in the folder of each has all that it needs.
"""

import gzip
import json
import math
import os
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from model import Network

EPOCHS = 9  # of a full training, as search.json has it
BATCH = 45
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def digits():
    """Images [N, 1, 8, 8] and labels [N], for training and for validation; the other 497 are for a test."""
    with gzip.open(Path(__file__).with_name("digits.csv.gz"), "rt") as file:
        rows = torch.tensor([[float(value) for value in line.split(",")] for line in file])
    rows = rows[torch.randperm(len(rows), generator=torch.Generator().manual_seed(0))].to(DEVICE)
    images, labels = rows[:, :64].reshape(-1, 1, 8, 8) / 16, rows[:, 64].long()
    return (images[:900], labels[:900]), (images[900:1300], labels[900:1300])


def answer(**said):
    print(json.dumps(said), flush=True)


def evaluate(request, train, validation):
    torch.manual_seed(request["seed"])
    network = Network(request["architecture"]).to(DEVICE)
    optimizer = torch.optim.AdamW(network.parameters())
    first, accuracy = 1, 0.0
    places = [place["folder"] for place in (request, request["previous"]) if place and place["folder"]]
    for checkpoint in [Path(place) / "checkpoint.pth" for place in places]:
        if checkpoint.exists():
            state = torch.load(checkpoint, map_location=DEVICE)
            network.load_state_dict(state["network"])
            optimizer.load_state_dict(state["optimizer"])
            torch.set_rng_state(state["random"].cpu())
            first, accuracy = state["epoch"] + 1, state["accuracy"]
            break

    for epoch in range(first, request["fidelity"] + 1):
        for group in optimizer.param_groups:  # a short training is the beginning of the full one
            group["lr"] = 0.01 * (1 + math.cos(math.pi * (epoch - 1) / EPOCHS)) / 2
        network.train()
        for rows in torch.randperm(len(train[0]))[: len(train[0]) // BATCH * BATCH].split(BATCH):
            optimizer.zero_grad()
            F.cross_entropy(network(train[0][rows]), train[1][rows]).backward()
            optimizer.step()
        network.eval()
        with torch.no_grad():
            right = (network(validation[0]).argmax(1) == validation[1]).sum().item()
        accuracy = 100 * right / len(validation[1])
        if request["folder"]:
            save(Path(request["folder"]) / "checkpoint.pth", epoch, accuracy, network, optimizer)
        answer(epoch=epoch, value=accuracy)
    answer(score=accuracy, metrics={"parameters": sum(p.numel() for p in network.parameters())})


def save(file, epoch, accuracy, network, optimizer):
    states = {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save({"epoch": epoch, "accuracy": accuracy, "random": torch.get_rng_state(), **states}, f"{file}.new")
    os.replace(f"{file}.new", file)  # so that a checkpoint is never half written


torch.set_num_threads(1)  # several trainings share the processor
parts = digits()
for line in sys.stdin:
    evaluate(json.loads(line), *parts)
