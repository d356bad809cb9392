#!/bin/sh
# What the backend pytorch does on a graphics card: its tests, images a second beside a plain loop, and three cells of
# NAS-Bench-201 trained for 12 epochs on CIFAR-10 beside the table's numbers, which need the table.
#
#   scripts/gpu-check.sh [FOLDER OF CIFAR-10] >> gpu.md
#
# In a clone that is built (npm ci); EVOKE_PYTHON names a Python with PyTorch, or python3 has one. Some ten minutes on a
# card of 2020 or newer, three of them without the folder.
set -eu
cd "$(dirname "$0")/.."
python=${EVOKE_PYTHON:-python3}
export EVOKE_PYTHON="$python"
"$python" -c 'import torch; print(torch.cuda.get_device_name(), "torch", torch.__version__)' 2>/dev/null || {
  echo "$python sees no card: EVOKE_PYTHON names another Python." >&2
  exit 2
}

npm test -- training/pytorch
npm run bench -- --only pytorch-backend
[ $# -eq 0 ] && exit

folder=$(cd "$1" && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
manifest=manifests/nas-bench-201-cifar10.json
node dist/app/cli/evoke.js run "$manifest" --out "$out" \
  --set /evaluator/options/dataset/folder="\"$folder\"" \
  --set /evaluator/options/backend='"pytorch"' --set /evaluator/options/device='"cuda"'
# The same three cells: what a random search proposes does not depend on what measures it.
node dist/app/cli/evoke.js run "$manifest" --out "$out" \
  --set /name='"nas-bench-201-table"' \
  --set /evaluator='{"use":"benchmark","options":{"table":"nas-bench-201","dataset":"cifar10"}}'
