"""Evoke's backend "pytorch": trains networks that it is sent, in the language of core/space/network.ts.

A message is a line of JSON and, behind it, as many bytes as its "bytes" says. It is sent, and answers:

  dataset   images and labels, for all that follows
  training  a network, its weights and what its optimizer remembers
  epoch     rows and augmentation of each image, rate and momentum of each step -> the mean loss
  accuracy  a part of the dataset -> percent
  state     nothing -> what the next step follows from
  ready     nothing -> nothing

What is drawn at random is drawn by who asks. It ends with its stdin. Axes: N images, H height, W width, C channels.
"""

import contextlib
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
    ANSWERS.write(json.dumps({**message, "bytes": len(data)}).encode() + b"\n")
    ANSWERS.write(data)
    ANSWERS.flush()


def read_messages(messages):
    """Ends this process when its stdin does, even in the middle of an epoch."""
    stdin = sys.stdin.buffer
    for line in iter(stdin.readline, b""):
        message = json.loads(line)
        data = memoryview(bytearray(message["bytes"]))
        at = 0
        while at < len(data):
            count = stdin.readinto(data[at:])
            if not count:
                os._exit(0)
            at += count
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
    """Padding that makes ceil(size / stride) windows, the larger half after.

    @returns what puts it around images where it is not the same on all sides, and what is left to the operation
    """
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
        self.tensors, self.parameters, self.decaying = [], [], []
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
        if kind == "image":
            return lambda images: images
        if kind == "zero":
            height, width, zeros = layer["shape"]
            return lambda images: images.new_zeros(len(images), zeros, height, width)
        if kind in ("convolution", "depthwise"):
            groups, size, stride, dilation = channels if kind == "depthwise" else 1, layer["kernel"], layer["stride"], layer.get("dilation", 1)
            weight = self.learnt(layer.get("channels", channels), channels // groups, size, size)
            padded, padding = windows(layer, shape)
            return lambda x: F.conv2d(padded(x), weight, None, stride, padding, dilation, groups)
        if kind == "batchNorm":
            weight, bias = self.learnt(channels, decays=False), self.learnt(channels, decays=False)
            mean, variance = self.kept(channels), self.kept(channels)
            return lambda x: F.batch_norm(x, mean, variance, weight, bias, self.training, self.momentum, BATCH_NORM_EPSILON)
        if kind == "activation":
            return {"relu": F.relu, "hard-swish": F.hardswish, "hard-sigmoid": F.hardsigmoid}[layer["activation"]]
        if kind == "average-pool":
            (padded, padding), size, stride = windows(layer, shape), layer["kernel"], layer["stride"]
            if padding != 0:
                return lambda x: F.avg_pool2d(x, size, stride, padding, count_include_pad=False)
            inside = F.avg_pool2d(padded(torch.ones(1, 1, *shape[:2], device=self.numbers.device)), size, stride)
            return lambda x: F.avg_pool2d(padded(x), size, stride) / inside
        if kind == "max-pool":
            padded, padding = windows(layer, shape, -math.inf)
            return lambda x: F.max_pool2d(padded(x), layer["kernel"], layer["stride"], padding)
        if kind == "shift":
            return lambda x: F.pad(x[:, :, 1:, 1:], (0, 1, 0, 1))
        if kind == "sum":
            return lambda *summands: sum(summands[1:], summands[0])
        if kind == "concatenation":
            return lambda *parts: torch.cat(parts, 1)
        if kind == "truncation":
            return lambda x: x[:, : layer["channels"]]
        if kind == "scale":
            return lambda x, factors: x * factors
        if kind == "global-average-pool":
            return lambda x: x.mean((2, 3), keepdim=True)
        if kind == "linear":
            weight, bias = self.learnt(layer["outputs"], channels), self.learnt(layer["outputs"])
            return lambda x: F.linear(x.flatten(1), weight, bias)[:, :, None, None]
        raise ValueError(f"there is no layer of the kind {kind}")

    def kept(self, *shape):
        self.tensors.append(self.next(*shape))
        return self.tensors[-1]

    def learnt(self, *shape, decays=True):
        self.parameters.append(self.kept(*shape).requires_grad_())
        self.decaying.append(decays)
        return self.parameters[-1]

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
            images = numbers.next(torch.float32, count, self.height, self.width, channels)
            if part == "train" and self.margin:
                inner, m = images, self.margin
                images = black.expand(count, self.height + 2 * m, self.width + 2 * m, channels).clone()
                images[:, m:-m, m:-m] = inner
            self.images[part], self.labels[part] = images, numbers.next(torch.int32, count).long()

    def batch(self, drawn):
        """Images to train on, augmented as was drawn, [N, C, H, W], and their labels."""
        images, rows = self.images["train"], drawn["rows"].long()
        y, x = [torch.arange(size, device=images.device)[None] for size in (self.height, self.width)]
        if "moves" in drawn:
            down, right, mirrored = drawn["moves"].long()[..., None].unbind(1)
            row, column = y + down, torch.where(mirrored > 0, self.width - 1 - x, x) + right
            row, column = [at.clamp(-self.margin, size - 1 + self.margin) + self.margin for at, size in ((row, self.height), (column, self.width))]
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
        self.settings, self.device = message["settings"], numbers.device
        self.network = Network(message["layers"], message["shapes"], numbers)
        sgd, momentum, decay = self.settings["optimizer"] == "sgd", self.settings["momentum"], self.settings["weightDecay"]
        learnt = list(zip(self.network.parameters, self.network.decaying))
        groups = [{"params": [p for p, decays in learnt if decays], "weight_decay": decay}, {"params": [p for p, decays in learnt if not decays]}]
        if sgd:
            self.optimizer = torch.optim.SGD(groups, lr=0.0, momentum=momentum, nesterov=momentum > 0)
        else:
            self.optimizer = torch.optim.Adam(groups, lr=0.0, betas=(momentum, ADAM_BETA2), eps=ADAM_EPSILON)
        self.memories = ["momentum_buffer"] if sgd else ["exp_avg", "exp_avg_sq"]
        for parameter in self.network.parameters:
            state = self.optimizer.state[parameter]
            for name in self.memories:
                state[name] = self.network.next(*parameter.shape) if message["steps"] else torch.zeros_like(parameter)
            if not sgd:
                state["step"] = torch.tensor(float(message["steps"]))
        mixed = precision == "mixed"
        short = self.device.type == "cuda" and torch.cuda.get_device_capability(self.device) < (8, 0)  # has no bfloat16
        half = torch.float16 if short else torch.bfloat16
        self.cast = lambda: torch.autocast(self.device.type, half) if mixed else contextlib.nullcontext()
        self.scaler = torch.amp.GradScaler("cuda", enabled=mixed and short)

    def epoch(self, dataset, message, numbers):
        """@returns the mean loss, or none if it is not finite"""
        count, steps = message["rows"], len(message["rates"])
        drawn = {"rows": numbers.next(torch.int32, count)}
        for name, length in message["drawn"].items():
            drawn[name] = numbers.next(torch.int16, count, length)
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
        loss = F.cross_entropy(scores.float(), labels, label_smoothing=self.settings["labelSmoothing"])
        self.scaler.scale(loss).backward()
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return loss.detach()

    @torch.no_grad()
    def accuracy(self, images, labels):
        """Percent of the images whose class has the highest score; of equal scores, the first."""
        self.network.training, size, right = False, EVALUATION_BATCH[self.device.type], 0
        for part, wanted in zip(images.split(size), labels.split(size)):
            with self.cast():
                scores = self.network(part.permute(0, 3, 1, 2))
            right = right + (scores.argmax(1) == wanted).sum()
        return 100 * int(right) / len(labels)

    def state(self):
        """Parameters and running moments in the order of the layers, then what the optimizer remembers of each parameter."""
        memories = [self.optimizer.state[parameter][name] for parameter in self.network.parameters for name in self.memories]
        flat = torch.cat([tensor.detach().flatten() for tensor in self.network.tensors + memories]).cpu()
        return ctypes.string_at(flat.data_ptr(), 4 * len(flat))


def unavailable(reason):
    answer({"unavailable": f"PyTorch {torch.__version__} {reason}"})
    sys.exit()


def open_device(name, threads, precision):
    """Answers what computes."""
    if tuple(int(part) for part in torch.__version__.split(".")[:2]) < OLDEST:
        unavailable(f"is too old: it takes {'.'.join(map(str, OLDEST))} or newer")
    cards = [f"cuda:{i}" for i in range(torch.cuda.device_count() if torch.cuda.is_available() else 0)]
    there = [*cards, *(["mps"] if torch.backends.mps.is_available() else []), "cpu"]
    wanted = "cuda:0" if name == "cuda" else name or there[0]
    if wanted not in there:
        unavailable(f"has no device {name} here, only {', '.join(there)}")
    if wanted == "mps" and precision == "mixed":
        unavailable("computes in mixed precision on cuda and cpu only")
    device = torch.device(wanted)
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(device.type == "cpu")
    torch.utils.deterministic.fill_uninitialized_memory = False
    torch.backends.cudnn.benchmark = True
    card = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
    answer({"opened": {"torch": torch.__version__, "device": device.type, "card": card}})
    return device


def main():
    options = json.loads(sys.argv[1])
    device = open_device(options["device"], options["threads"], options["precision"])
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
        elif "state" in message:
            answer({}, training.state())
        else:
            answer({})


try:
    main()
except Exception as error:
    traceback.print_exc()
    memory = isinstance(error, torch.cuda.OutOfMemoryError) or "can't allocate memory" in str(error)
    answer({"failed": str(error).split("\n")[0] or type(error).__name__, "memory": memory})
