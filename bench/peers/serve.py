"""Runs searches of a Python library for bench/peers/peer.mjs: requests on stdin, answers on stdout, a line of JSON each.

    python3 serve.py optuna

    at first                                                    {"methods": ["gp", "random", "tpe"]}
    {"search": 1, "start": {"method": "tpe", "seed": 7, "settings": {}, "components": [COMPONENT, …]}}   {}
    {"search": 1, "ask": true}                                  {"choices": [0, 3, …]}
    {"search": 1, "tell": 91.2}                                 {}

A COMPONENT is {"choices": [0, 1, …]}, with "condition": {"component": i, "choices": […]} where it is there only if an
earlier one has one of these choices. What is told is about what was asked for last; larger is better, null if it was
not evaluated, or could not be. What goes wrong is {"error": TEXT}; {"absent": NAME} if that package is missing.

A library has a file, as optuna-peer.py, with METHODS: by name, what makes a search, with `ask` and `tell`, of
components, a seed and settings.
"""

import importlib
import json
import logging
import os
import random
import sys
import warnings


def methods_of(library):
    """The METHODS of the file of a library, which has the name of its package.

    Raises ModuleNotFoundError where Python does not have the package.
    """
    return importlib.import_module(f"{library.replace('_', '-')}-peer").METHODS


def serve(library, requests, answer):
    try:
        methods = methods_of(library)
    except ModuleNotFoundError as missing:
        return answer({"absent": missing.name})
    answer({"methods": sorted(methods)})
    searches = {}
    for line in requests:
        request = json.loads(line)
        number = request["search"]
        try:
            if "start" in request:
                searches[number] = started(methods, **request["start"])
                answer({})
            elif "ask" in request:
                answer({"choices": searches[number].ask()})
            else:
                searches[number].tell(request["tell"])
                answer({})
        except ModuleNotFoundError as missing:
            answer({"absent": missing.name})
        except Exception as error:
            answer({"error": f"{type(error).__name__}: {error}"})


def started(methods, method, seed, settings, components):
    seed_globally(seed)
    return methods[method](components, seed, settings)


def seed_globally(seed):
    """Some libraries draw from the generators of Python, NumPy and PyTorch, whatever seed they are given."""
    random.seed(seed)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(seed)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(seed)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints is no answer

    def answer(value):
        answers.write(json.dumps(value) + "\n")

    try:
        serve(sys.argv[1], sys.stdin, answer)
    except BrokenPipeError:
        os._exit(0)  # whoever asked has ended; to flush what is left would fail again
