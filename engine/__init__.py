"""RevLens: what recommendation lists are worth under advertising, membership and sales.

Glossary
--------
event         one row of behaviour
impression    an item shown at a position
list          the ranked items of one user
policy        a way to make lists: popularity, random, als, ranked, current, ...
run           one trained state with its manifest
scenario      a frozen set of assumptions
measured      counted in the logs
estimated     fitted from the logs, with an interval
assumed       chosen by a person, with a source
attributed    all revenue through lists
incremental   the part that would not have happened otherwise
rung          how much the log can prove, 0 (orders or views only) to 4 (randomised arms)
"""

import os

# One thread per worker: implicit and LightGBM bring their own threads, and two thread
# pools that fight for the cores made ALS several times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A waiting thread of LightGBM gives its core away instead of spinning: with one core
# busy elsewhere a small fit took twelve seconds instead of a third of one.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

MODEL_VERSION = "3"
