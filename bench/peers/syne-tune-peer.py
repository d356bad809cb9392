"""Syne Tune: its random search, regularized evolution, BORE, conformal quantile regression and BoTorch's Gaussian process, as they come.

Salinas et al. 2022, "Syne Tune: A Library for Large Scale Hyperparameter Tuning and Reproducible Research". Each
component is a categorical parameter; what is chosen for one that is not there is left unheeded.
"""

from syne_tune.config_space import choice
from syne_tune.optimizer.baselines import BORE, CQR, REA, BOTorch, RandomSearch
from syne_tune.optimizer.schedulers.ask_tell_scheduler import AskTellScheduler

from architectures import Penalty, chosen


class SyneTuneSearch:
    def __init__(self, scheduler, components, seed, settings, tells_rejected=True):
        self.components = components
        space = {f"c{i}": choice([str(option) for option in component["choices"]]) for i, component in enumerate(components)}
        self.scheduler = AskTellScheduler(scheduler(space, metric="score", do_minimize=False, random_seed=seed, **settings))
        self.penalty = Penalty()
        self.tells_rejected = tells_rejected

    def ask(self):
        self.trial = self.scheduler.ask()
        return chosen(self.components, lambda i, component: int(self.trial.config[f"c{i}"]))

    def tell(self, value):
        if value is None and not self.tells_rejected:
            return
        told = self.penalty.value(value)
        if told is not None:
            self.scheduler.tell(self.trial, {"score": told})


def method(scheduler, **more):
    return lambda components, seed, settings: SyneTuneSearch(scheduler, components, seed, settings, **more)


def random_search(space, metric, **rest):
    return RandomSearch(space, metrics=[metric], **rest)


METHODS = {
    "random": method(random_search),
    # What was turned down does not join a population.
    "regularized-evolution": method(REA, tells_rejected=False),
    "bore": method(BORE),
    "cqr": method(CQR),
    "gp": method(BOTorch),
}
