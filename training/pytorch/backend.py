"""Evoke's backend "pytorch": trains networks that it is sent, in the language of core/space/network.ts.

A message is a line of JSON and, behind it, as many bytes as its "bytes" says. It is sent, and answers:

  dataset   images and labels, for all that follows
  training  a network, its weights and what its optimizer remembers
  epoch     rows and augmentation of each image, rate and momentum of each step -> the mean loss
  accuracy  a part of the dataset -> percent
  state     nothing -> what the next step follows from
  mixtures  an open network and its weights
  asked     something about it, see mixtures.py -> numbers

What is drawn at random is drawn by who asks. It ends with its stdin. Axes: N images, H height, W width, C channels.
"""

import json
import math
import os
import queue
import signal
import sys
import threading
import traceback

signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for who asks, who ends this process
ANSWERS = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)  # what libraries print is no answer


def answer(message, data=b""):
    ANSWERS.write(json.dumps({**message, "bytes": len(data)}).encode() + b"\n" + data)
    ANSWERS.flush()


def read_messages(messages):
    """Ends this process when its stdin does, even in the middle of an epoch."""
    stdin = sys.stdin.buffer
    for line in iter(stdin.readline, b""):
        message = json.loads(line)
        data = bytearray(message["bytes"])
        if stdin.readinto(data) < len(data):
            break
        messages.put((message, data))
    os._exit(0)


MESSAGES = queue.Queue()
threading.Thread(target=read_messages, args=[MESSAGES], daemon=True).start()
try:
    import torch
    import torch.nn.functional as F
except Exception as error:  # a broken installation raises anything
    answer({"unavailable": f"it cannot import torch ({error})"})
    sys.exit()

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # PYTHONSAFEPATH leaves it out
from network import Network, Numbers, bytes_of, casting

OLDEST = (2, 3)
ADAM_BETA2, ADAM_EPSILON = 0.999, 1e-8
EVALUATION_BATCH = {"cpu": 200, "mps": 1000, "cuda": 2000}


class Dataset:
    """Images [N, H, W, C]."""

    def __init__(self, message, numbers):
        self.height, self.width, channels = message["shape"]
        self.cutout = message["cutout"]
        self.black, self.noise = numbers.next(torch.float32, channels), numbers.next(torch.float32, message["levels"])
        self.images, self.labels = {}, {}
        for part, count in message["counts"].items():
            self.images[part] = numbers.next(torch.float32, count, self.height, self.width, channels)
            self.labels[part] = numbers.next(torch.int32, count).long()

    def batch(self, drawn, part="train"):
        """Some images, augmented as was drawn, [N, C, H, W], and their labels."""
        images, rows = self.images[part], drawn["rows"].long()
        y, x = [torch.arange(size, device=images.device)[None] for size in (self.height, self.width)]
        if "moves" in drawn:
            down, right, mirrored = drawn["moves"].long()[..., None].unbind(1)
            row, column = y + down, torch.where(mirrored > 0, self.width - 1 - x, x) + right
            inside = [(at >= 0) & (at < size) for at, size in ((row, self.height), (column, self.width))]
            row, column = row.clamp(0, self.height - 1), column.clamp(0, self.width - 1)
            images = images[rows[:, None, None], row[:, :, None], column[:, None, :]]
            images = images.where((inside[0][:, :, None] & inside[1][:, None, :])[..., None], self.black)
        else:
            images = images[rows]
        if "holes" in drawn:
            top, left = (drawn["holes"].long() - self.cutout // 2)[..., None].unbind(1)
            inside = [(at >= first) & (at < first + self.cutout) for at, first in ((y, top), (x, left))]
            images = images.masked_fill((inside[0][:, :, None] & inside[1][:, None, :])[..., None], 0)
        if "noise" in drawn:
            images = images + self.noise[drawn["noise"].long()].reshape(images.shape)
        return images.permute(0, 3, 1, 2), self.labels[part][rows]


class Training:
    def __init__(self, message, numbers, precision):
        self.network, self.smoothing = Network(message["layers"], message["shapes"], numbers), message["labelSmoothing"]
        sgd, momentum, decay = message["optimizer"] == "sgd", message["momentum"], message["weightDecay"]
        groups = [{"params": self.network.decaying, "weight_decay": decay}, {"params": self.network.others}]
        if sgd:
            self.optimizer = torch.optim.SGD(groups, lr=0.0, momentum=momentum, nesterov=momentum > 0)
        else:
            self.optimizer = torch.optim.Adam(groups, lr=0.0, betas=(momentum, ADAM_BETA2), eps=ADAM_EPSILON)
        self.memories = ["momentum_buffer"] if sgd else ["exp_avg", "exp_avg_sq"]
        for parameter in self.network.decaying + self.network.others:
            state = self.optimizer.state[parameter]
            for name in self.memories:
                state[name] = self.network.next(*parameter.shape) if message["steps"] else torch.zeros_like(parameter)
            if not sgd:
                state["step"] = torch.tensor(float(message["steps"]))
        self.cast = casting(numbers.device, precision)

    def epoch(self, dataset, message, numbers):
        """@returns the mean loss, or none if it is not finite"""
        count, steps = message["rows"], len(message["rates"])
        rows = numbers.next(torch.int32, count)
        drawn = {"rows": rows, **{name: numbers.next(torch.int16, count, length) for name, length in message["drawn"].items()}}
        batches = zip(*[values.split(count // steps) for values in drawn.values()])
        self.network.training = True
        losses = [
            self.step(*dataset.batch(dict(zip(drawn, batch))), rate, momentum)
            for batch, rate, momentum in zip(batches, message["rates"], message["momenta"])
        ]
        loss = sum(torch.stack(losses).tolist()) / steps
        return loss if math.isfinite(loss) else None

    def step(self, images, labels, rate, momentum):
        self.network.momentum = momentum
        self.optimizer.zero_grad()
        with self.cast():
            scores = self.network(images)
        loss = F.cross_entropy(scores.float(), labels, label_smoothing=self.smoothing)
        loss.backward()
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()
        return loss.detach()

    @torch.no_grad()
    def accuracy(self, images, labels):
        """Percent of the images whose class has the highest score; of equal scores, the first."""
        self.network.training, size, right = False, EVALUATION_BATCH[images.device.type], 0
        for part, wanted in zip(images.split(size), labels.split(size)):
            with self.cast():
                scores = self.network(part.permute(0, 3, 1, 2))
            right = right + (scores.argmax(1) == wanted).sum()
        return 100 * int(right) / len(labels)

    def state(self):
        """Parameters and running moments in the order of the layers, then what the optimizer remembers."""
        parameters = self.network.decaying + self.network.others
        memories = [self.optimizer.state[parameter][name] for parameter in parameters for name in self.memories]
        return bytes_of(self.network.tensors + memories)


def main():
    options = json.loads(sys.argv[1])
    version, name = torch.__version__, options["device"]
    cards = [f"cuda:{i}" for i in range(torch.cuda.device_count() if torch.cuda.is_available() else 0)]
    there = [*cards, *(["mps"] if torch.backends.mps.is_available() else []), "cpu"]
    wanted = "cuda:0" if name == "cuda" else name or there[0]
    short = wanted == "mps" or wanted in cards and torch.cuda.get_device_capability(wanted) < (8, 0)
    for refused, reason in (
        (tuple(int(part) for part in version.split(".")[:2]) < OLDEST, f"is too old: it takes {OLDEST[0]}.{OLDEST[1]} or newer"),
        (wanted not in there, f"has no device {name} here, only {', '.join(there)}"),
        (options["precision"] == "mixed" and short, f"has no mixed precision on {wanted}, which does not compute in bfloat16"),
    ):
        if refused:
            answer({"unavailable": f"PyTorch {version} {reason}"})
            sys.exit()
    device = torch.device(wanted)
    torch.set_num_threads(options["threads"])
    torch.use_deterministic_algorithms(device.type == "cpu")
    torch.utils.deterministic.fill_uninitialized_memory = False
    torch.backends.cudnn.benchmark = True
    card = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
    answer({"opened": {"torch": version, "device": device.type, "card": card}})
    while True:
        message, data = MESSAGES.get()
        numbers = Numbers(data, device)
        if "dataset" in message:
            dataset = Dataset(message["dataset"], numbers)
        elif "training" in message:
            training = None  # before there is the next
            training = Training(message["training"], numbers, options["precision"])
        elif "mixtures" in message:
            from mixtures import Mixtures  # which few experiments need

            training = None
            training = Mixtures(message["mixtures"], numbers, options["precision"])
        elif "asked" in message:
            answer({}, training.answer(message["asked"], dataset, numbers))
        elif "epoch" in message:
            answer({"loss": training.epoch(dataset, message["epoch"], numbers)})
        elif "accuracy" in message:
            part = message["accuracy"]
            answer({"accuracy": training.accuracy(dataset.images[part], dataset.labels[part])})
        else:
            answer({}, training.state() if "state" in message else b"")


try:
    main()
except Exception as error:
    traceback.print_exc()
    memory = any(text in str(error) for text in ("out of memory", "allocate memory"))
    answer({"failed": str(error).split("\n")[0] or type(error).__name__, "memory": memory})
