"""The processor time that a process of searches of a library has had before the first of them, and after each.

    python3 times.py optuna tpe '{}' SEARCHES QUERIES

Seconds since it began, of all threads together. The components are those of NAS-Bench-201; scores are made up, and
there is no pipe.
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
    seconds = [time.process_time()]
    for seed in range(int(searches)):
        search = started(methods, method, seed, json.loads(settings), components)
        for _ in range(int(queries)):
            search.tell(float(sum(search.ask())))
        seconds.append(time.process_time())
    return {"seconds": seconds}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    print(json.dumps(main(*sys.argv[1:])))
