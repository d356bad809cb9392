"""Random search in plain Python: the smallest peer, for tests and as a beginning for others."""

import random

from architectures import chosen


class RandomSearch:
    def __init__(self, components, seed, settings):
        self.components = components
        self.random = random.Random(seed)

    def ask(self):
        return chosen(self.components, lambda i, component: self.random.choice(component["choices"]))

    def tell(self, value):
        pass


METHODS = {"random": RandomSearch}
