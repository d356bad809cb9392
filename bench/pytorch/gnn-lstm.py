"""The policy of gnn-lstm and its learning step in PyTorch, one operation at a time, for comparison.

Written from the paper (Algorithm 1, Eq. 2 and 5-7) with the particulars that controllers/subspaces/gnn-lstm.ts names:
two layers of message passing with edges, an LSTM cell that chooses a subspace and then M pairs of
component and operation, REINFORCE with a moving average, Adam. As such code is written: the graph as
dense K x K tensors, one product per equation, nn.LSTMCell, autograd. float32 on one thread.

Reads a number of queries per line from standard input, does a search of so many, in which the policy learns from
nothing, and prints the seconds it took.
"""
import argparse
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


class MessagePassing(nn.Module):
    """One layer: Eq. 5, 6 and 7. h [K, H], e [K, K, H], exists [K, K, 1]."""

    def __init__(self, hidden):
        super().__init__()
        self.message = nn.Linear(3 * hidden, hidden, bias=False)
        self.message_map = nn.Linear(hidden, hidden)
        self.node = nn.Linear(2 * hidden, hidden, bias=False)
        self.edge = nn.Linear(3 * hidden, hidden, bias=False)

    def forward(self, h, e, exists, others):
        count = h.shape[0]
        own = h.unsqueeze(1).expand(count, count, -1)
        messages = F.relu(self.message(torch.cat([own, e, e.transpose(0, 1)], dim=2)))
        messages = F.relu(self.message_map(messages)) * others
        n = messages.sum(dim=1) / max(1, count - 1)
        h = F.relu(self.node(torch.cat([h, n], dim=1)))
        own = h.unsqueeze(1).expand(count, count, -1)
        other = h.unsqueeze(0).expand(count, count, -1)
        e = F.relu(self.edge(torch.cat([e, own, other], dim=2))) * exists
        return h, e


class Policy(nn.Module):
    def __init__(self, count, radius, length, operations, hidden):
        super().__init__()
        self.radius = radius
        inputs = length * operations + 1
        self.node = nn.Linear(inputs, hidden)
        self.edge = nn.Linear(inputs, hidden)
        self.layers = nn.ModuleList([MessagePassing(hidden), MessagePassing(hidden)])
        self.lstm = nn.LSTMCell(hidden, hidden)
        self.score_node = nn.Linear(hidden, hidden, bias=False)
        self.score_state = nn.Linear(hidden, hidden, bias=False)
        self.score = nn.Linear(hidden, 1, bias=False)
        self.component = nn.Linear(hidden, length)
        self.operation = nn.Linear(hidden, operations)
        self.subspace_embedding = nn.Embedding(count, hidden)
        self.component_embedding = nn.Embedding(length, hidden)
        self.operation_embedding = nn.Embedding(operations, hidden)
        self.register_buffer("others", (1 - torch.eye(count)).unsqueeze(2))
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -0.1, 0.1)

    def forward(self, x, exists):
        """x [K, LC + 1], exists [K, K, 1]: 1 where an edge runs. Returns the choices, log p, entropy."""
        h = self.node(x)
        e = self.edge(x.unsqueeze(0) - x.unsqueeze(1)) * exists
        for layer in self.layers:
            h, e = layer(h, e, exists, self.others)

        log_probabilities, entropies = [], []

        def choose(logits):
            log_p = F.log_softmax(logits, dim=1)
            p = log_p.exp()
            choice = p.multinomial(1)
            log_probabilities.append(log_p.gather(1, choice))
            entropies.append(-(log_p * p).sum(dim=1, keepdim=True))
            return choice.squeeze(1)

        hx, cx = self.lstm(h.mean(dim=0, keepdim=True))
        scores = self.score(torch.tanh(self.score_node(h) + self.score_state(hx))).t()
        subspace = choose(1.5 * torch.tanh(scores))
        inputs = self.subspace_embedding(subspace)
        modifications = []
        for _ in range(self.radius):
            hx, cx = self.lstm(inputs, (hx, cx))
            component = choose(0.6 * torch.tanh(self.component(hx)))
            hx, cx = self.lstm(self.component_embedding(component), (hx, cx))
            operation = choose(0.6 * torch.tanh(self.operation(hx)))
            inputs = self.operation_embedding(operation)
            modifications.append((component.item(), operation.item()))
        return subspace.item(), modifications, torch.cat(log_probabilities).sum(), torch.cat(entropies).sum()


class Search:
    def __init__(self, count, radius, length, operations, hidden):
        self.length, self.operations = length, operations
        self.policy = Policy(count, radius, length, operations, hidden)
        self.optimizer = torch.optim.Adam(self.policy.parameters(), lr=0.01)
        self.centres = torch.randint(operations, (count, length)).tolist()
        self.validations = [self.validation(centre) for centre in self.centres]
        self.baseline = None
        self.x = torch.zeros(count, length * operations + 1)
        for k in range(count):
            self.write_node(k)
        self.write_edges()

    def validation(self, architecture):
        return 50 + 40 * sum(architecture) / (self.length * self.operations)

    def write_node(self, k):
        self.x[k] = 0
        for component, operation in enumerate(self.centres[k]):
            self.x[k, component * self.operations + operation] = 1
        self.x[k, -1] = self.validations[k]

    def write_edges(self):
        v = torch.tensor(self.validations)
        earlier = torch.ones(len(v), len(v)).triu(1)
        worse = (v.unsqueeze(1) < v.unsqueeze(0)).float()
        equal = (v.unsqueeze(1) == v.unsqueeze(0)).float()
        self.exists = (worse + equal * earlier).unsqueeze(2)

    def query(self):
        subspace, modifications, log_p, entropy = self.policy(self.x, self.exists)
        candidate = list(self.centres[subspace])
        for component, operation in modifications:
            candidate[component] = operation
        validation = self.validation(candidate)
        reward = validation - self.validations[subspace]
        self.baseline = reward if self.baseline is None else 0.9 * self.baseline + 0.1 * reward
        loss = -log_p * (reward - self.baseline) - 7.5e-4 * entropy
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        if reward > 0:
            self.centres[subspace], self.validations[subspace] = candidate, validation
            self.write_node(subspace)
            self.write_edges()


def main():
    parser = argparse.ArgumentParser()
    for name, default in (("count", 4), ("radius", 4), ("length", 6), ("operations", 5), ("hidden", 64)):
        parser.add_argument(f"--{name}", type=int, default=default)
    sizes = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    Search(**vars(sizes)).query()  # loads what torch imports when it is first used
    print(torch.__version__, flush=True)
    for line in sys.stdin:
        began = time.perf_counter()
        search = Search(**vars(sizes))
        for _ in range(int(line)):
            search.query()
        print(time.perf_counter() - began, flush=True)


main()
