"""Optuna: its random search, tree-structured Parzen estimator and Gaussian process, as they come.

Akiba et al. 2019, "Optuna: A Next-generation Hyperparameter Optimization Framework", arXiv:1907.10902. Each component is
a categorical parameter; one that is not there is not suggested.
"""

import optuna

from architectures import Penalty, chosen

optuna.logging.set_verbosity(optuna.logging.ERROR)


class OptunaSearch:
    def __init__(self, sampler, components):
        self.components = components
        self.study = optuna.create_study(direction="maximize", sampler=sampler)
        self.penalty = Penalty()

    def ask(self):
        self.trial = self.study.ask()
        return chosen(
            self.components,
            lambda i, component: self.trial.suggest_categorical(str(i), component["choices"]),
        )

    def tell(self, value):
        told = self.penalty.value(value)
        if told is None:
            self.study.tell(self.trial, state=optuna.trial.TrialState.FAIL)
        else:
            self.study.tell(self.trial, told)


def method(sampler):
    return lambda components, seed, settings: OptunaSearch(sampler(seed=seed, **settings), components)


METHODS = {
    "random": method(optuna.samplers.RandomSampler),
    "tpe": method(optuna.samplers.TPESampler),
    "gp": method(optuna.samplers.GPSampler),
}
