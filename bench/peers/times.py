"""How long searches of a library take in one process: a number for each, seconds; made-up scores, and no pipe.

    python3 times.py optuna tpe '{}' SEARCHES QUERIES

The components are those of NAS-Bench-201. What was imported before the first search is not counted.
"""

import json
import logging
import sys
import time
import warnings

from serve import methods_of, started


def main(library, method, settings, searches, queries):
    try:
        methods = methods_of(library)
    except ModuleNotFoundError as missing:
        return {"absent": missing.name}
    components = [{"choices": [0, 1, 2, 3, 4]}] * 6
    seconds = []
    for seed in range(int(searches)):
        began = time.perf_counter()
        search = started(methods, method, seed, json.loads(settings), components)
        for _ in range(int(queries)):
            search.tell(float(sum(search.ask())))
        seconds.append(time.perf_counter() - began)
    return {"seconds": seconds}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    print(json.dumps(main(*sys.argv[1:])))
