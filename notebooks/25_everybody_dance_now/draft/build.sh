#!/bin/bash
# usage: build.sh BODY.py NOTEBOOK.ipynb [run]   (pinned to core ${CORE:-0}, one thread)
set -e
cd .; export PYTHONPATH=.; export PATH=./.venv/bin:$PATH OMP_NUM_THREADS=1 JUPYTER_PLATFORM_DIRS=1
NN=$(basename $2 | cut -d_ -f1)
U=""; [ -f $2 ] && U="--update"
mkdir -p $(dirname $2)
jupytext --to ipynb $U -o $2 $1 -q
python - $2 <<'P'
import json,sys
p=sys.argv[1]; nb=json.load(open(p)); nb['metadata'].pop('jupytext',None)
nb['metadata'].setdefault('kernelspec',{'display_name':'Python 3','language':'python','name':'python3'})
json.dump(nb,open(p,'w'),indent=1,ensure_ascii=False); open(p,'a').write('\n')
P
ruff format -q $2
python data_scripts/notebooks.py fold $NN
python data_scripts/notebooks.py sync $NN
[ "$3" = run ] && taskset -c ${CORE:-0} python data_scripts/notebooks.py run $NN
true
