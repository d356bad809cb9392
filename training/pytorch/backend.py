"""Evoke's backend "pytorch": trains networks that it is sent, in the language of core/space/network.ts.

A message is a line of JSON and, behind it, as many bytes as its "bytes" says. It is sent, and answers:

  dataset   images and labels, for all that follows
  training  a network, its weights and what its optimizer remembers
  epoch     rows and augmentation of each image, rate and momentum of each step -> the mean loss
  accuracy  a part of the dataset -> percent
  state     nothing -> what the next step follows from

What is drawn at random is drawn by who asks. It ends with its stdin. Axes: N images, H height, W width, C channels.
"""

import ctypes
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

OLDEST = (2, 3)
BATCH_NORM_EPSILON = 1e-5
ADAM_BETA2, ADAM_EPSILON = 0.999, 1e-8
EVALUATION_BATCH = {"cpu": 200, "mps": 1000, "cuda": 2000}
FUNCTIONS = {
    **{"relu": F.relu, "hard-swish": F.hardswish, "hard-sigmoid": F.hardsigmoid},
    "image": lambda images: images,
    "shift": lambda x: F.pad(x[:, :, 1:, 1:], (0, 1, 0, 1)),
    "sum": lambda *summands: sum(summands[1:], summands[0]),
    "concatenation": lambda *parts: torch.cat(parts, 1),
    "scale": lambda x, factors: x * factors,
    "global-average-pool": lambda x: x.mean((2, 3), keepdim=True),
}


class Numbers:
    """The numbers that came with a message, in order."""

    def __init__(self, data, device):
        self.data, self.device, self.at = data, device, 0

    def next(self, dtype, *shape):
        count = math.prod(shape)
        taken = torch.frombuffer(self.data, dtype=dtype, count=count, offset=self.at) if count else torch.empty(0, dtype=dtype)
        self.at += count * dtype.itemsize
        return taken.reshape(shape).to(self.device, copy=True)


def windows(layer, shape, outside=0.0):
    """What puts padding around images, where it is not the same before and after, and the padding that is left to the operation."""
    extent, stride = (layer["kernel"] - 1) * layer.get("dilation", 1) + 1, layer["stride"]
    totals = [max((-(-size // stride) - 1) * stride + extent - size, 0) for size in shape[:2]]
    if all(total % 2 == 0 for total in totals):
        return (lambda x: x), [total // 2 for total in totals]
    sides = [half for total in reversed(totals) for half in (total // 2, total - total // 2)]
    return (lambda x: F.pad(x, sides, value=outside)), 0


class Network:
    """Computes layer by layer, [N, C, H, W]. Filters are [outputs, inputs, H, W], as PyTorch has them."""

    def __init__(self, layers, shapes, numbers):
        self.numbers, self.training, self.momentum = numbers, True, 0.0
        self.tensors, self.decaying, self.others = [], [], []
        self.inputs = [layer["inputs"] for layer in layers]
        self.steps = [self.step(layer, shapes[(layer["inputs"] or [0])[0]]) for layer in layers]
        last = {source: user for user, sources in enumerate(self.inputs) for source in sources}
        self.over = [[source for source in set(sources) if last[source] == user] for user, sources in enumerate(self.inputs)]

    def __call__(self, images):
        """@returns the scores of each class, [N, classes]"""
        outputs = []
        for step, inputs, over in zip(self.steps, self.inputs, self.over):
            outputs.append(step(*[outputs[i] for i in inputs]) if inputs else step(images))
            for i in over:
                outputs[i] = None
        return outputs[-1].flatten(1)

    def step(self, layer, shape):
        """What a layer does to its inputs; to the images where it has none. @param shape  of the first input, [H, W, C]"""
        kind, channels = layer["kind"], shape[2]
        if layer.get("activation", kind) in FUNCTIONS:
            return FUNCTIONS[layer.get("activation", kind)]
        if kind == "zero":
            height, width, zeros = layer["shape"]
            return lambda images: images.new_zeros(len(images), zeros, height, width)
        if kind == "truncation":
            return lambda x: x[:, : layer["channels"]]
        if kind == "linear":
            weight, bias = self.learnt(layer["outputs"], channels), self.learnt(layer["outputs"])
            return lambda x: F.linear(x.flatten(1), weight, bias)[:, :, None, None]
        if kind == "batchNorm":
            weight, bias = self.learnt(channels, decays=False), self.learnt(channels, decays=False)
            mean, variance = self.kept(channels), self.kept(channels)
            return lambda x: F.batch_norm(x, mean, variance, weight, bias, self.training, self.momentum, BATCH_NORM_EPSILON)
        size, stride, dilation = layer["kernel"], layer["stride"], layer.get("dilation", 1)
        padded, padding = windows(layer, shape, -math.inf if kind == "max-pool" else 0.0)
        if kind == "max-pool":
            return lambda x: F.max_pool2d(padded(x), size, stride, padding)
        if kind == "average-pool" and padding != 0:
            return lambda x: F.avg_pool2d(x, size, stride, padding, count_include_pad=False)
        if kind == "average-pool":
            inside = F.avg_pool2d(padded(torch.ones(1, 1, *shape[:2], device=self.numbers.device)), size, stride)
            return lambda x: F.avg_pool2d(padded(x), size, stride) / inside
        groups = {"convolution": 1, "depthwise": channels}[kind]
        weight = self.learnt(layer.get("channels", channels), channels // groups, size, size)
        return lambda x: F.conv2d(padded(x), weight, None, stride, padding, dilation, groups)

    def learnt(self, *shape, decays=True):
        tensor = self.kept(*shape).requires_grad_()
        (self.decaying if decays else self.others).append(tensor)
        return tensor

    def kept(self, *shape):
        self.tensors.append(self.next(*shape))
        return self.tensors[-1]

    def next(self, *shape):
        tensor = self.numbers.next(torch.float32, *shape)
        return tensor.contiguous(memory_format=torch.channels_last) if len(shape) == 4 else tensor


class Dataset:
    """Images [N, H, W, C]; those to train on have a margin of black, as wide as they are shifted."""

    def __init__(self, message, numbers):
        self.height, self.width, channels = message["shape"]
        self.cutout, self.margin = message["cutout"], message["margin"]
        black, self.noise = numbers.next(torch.float32, channels), numbers.next(torch.float32, message["levels"])
        self.images, self.labels = {}, {}
        for part, count in message["counts"].items():
            images, m = numbers.next(torch.float32, count, self.height, self.width, channels), self.margin
            if part == "train" and m:
                inner, images = images, black.expand(count, self.height + 2 * m, self.width + 2 * m, channels).clone()
                images[:, m:-m, m:-m] = inner
            self.images[part], self.labels[part] = images, numbers.next(torch.int32, count).long()

    def batch(self, drawn):
        """Images to train on, augmented as was drawn, [N, C, H, W], and their labels."""
        images, rows = self.images["train"], drawn["rows"].long()
        y, x = [torch.arange(size, device=images.device)[None] for size in (self.height, self.width)]
        if "moves" in drawn:
            down, right, mirrored = drawn["moves"].long()[..., None].unbind(1)
            row, column, m = y + down, torch.where(mirrored > 0, self.width - 1 - x, x) + right, self.margin
            row, column = row.clamp(-m, self.height - 1 + m) + m, column.clamp(-m, self.width - 1 + m) + m
            images = images[rows[:, None, None], row[:, :, None], column[:, None, :]]
        else:
            images = images[rows]
        if "holes" in drawn:
            top, left = (drawn["holes"].long() - self.cutout // 2)[..., None].unbind(1)
            inside = [(at >= first) & (at < first + self.cutout) for at, first in ((y, top), (x, left))]
            images = images.masked_fill((inside[0][:, :, None] & inside[1][:, None, :])[..., None], 0)
        if "noise" in drawn:
            images = images + self.noise[drawn["noise"].long()].reshape(images.shape)
        return images.permute(0, 3, 1, 2), self.labels["train"][rows]


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
        casts = "cuda" if numbers.device.type == "cuda" else "cpu"
        self.cast = lambda: torch.autocast(casts, torch.bfloat16, enabled=precision == "mixed")

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
        flat = torch.cat([tensor.detach().flatten() for tensor in self.network.tensors + memories]).cpu()
        return ctypes.string_at(flat.data_ptr(), 4 * len(flat))


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
