"""Off-policy estimators where the truth is known: the Open Bandit logs.

Two policies ran side by side on a shop: uniform random and Thompson sampling (TS). Each
estimator values one policy on the log of the other and is held against what the other's own
log says. Single errors of 10 to 40 % are noise: the own log has a standard error of 12 to
16 %. The pooled z over campaigns is the test. Needs a network.

Run: ``make bench``, or ``PYTHONPATH=. .venv/bin/python benchmarks/open_bandit.py``
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks._measured import ROOT
from benchmarks._open_bandit import Trial, read, trials
from engine.errors import EngineError
from engine.evaluation.off_policy import single
from engine.evaluation.off_policy.gates import Gate, overlap_gate
from engine.evaluation.off_policy.intervals import effective_size
from engine.evaluation.off_policy.single import ActionLog, Parts

TAUS = (np.inf, 1000.0, 100.0, 20.0, 5.0, 1.0)
LAMBDAS = (np.inf, 10_000.0, 1000.0, 100.0, 10.0, 1.0)
TASKS = ("p", "f", "reverse")

HEAD = """\
# Open Bandit: one policy valued on the log of the other

Written by `benchmarks/open_bandit.py`. Errors are |value - own mean| / own mean of the
campaigns all / men / women; bias and z are pooled over the campaigns. The last column leaves
out *women*, TS to Random, which the overlap gate withholds. IPS (p) on *all* is {value:.6f}.

| estimator | Random to TS (p) | (f) | TS to Random | bias p / f / reverse | z p / f / reverse \
| z gated |
| --- | --- | --- | --- | --- | --- | --- |
"""


def tuned_switch(log: ActionLog) -> Parts:
    """Return Switch-DR with τ by SLOPE."""
    found = [single.switch(log, tau) for tau in TAUS]
    return found[single.least_biased_first(found)]


def tuned_shrunk(log: ActionLog) -> Parts:
    """Return DRos with λ by SLOPE."""
    found = [single.shrunk(log, strength) for strength in LAMBDAS]
    return found[single.least_biased_first(found)]


ESTIMATORS: dict[str, Callable[[ActionLog], Parts]] = {
    "IPS": single.ips,
    "SNIPS": single.snips,
    "DM": single.direct,
    "DR": single.doubly_robust,
    "SNDR": single.self_normalised_robust,
    "Switch-DR, SLOPE": tuned_switch,
    "DRos, SLOPE": tuned_shrunk,
}


def overlap(trial: Trial) -> Gate:
    """Return the gate that a campaign must pass to be told of at all."""
    weight = trial.log.weight
    return overlap_gate(effective_size(weight), len(weight), 0.0)


def pooled(found: Sequence[Trial], estimator: Callable[[ActionLog], Parts]) -> tuple[float, float]:
    """Return relative bias and z of the sum over campaigns."""
    parts = [estimator(trial.log) for trial in found]
    gap = sum(part.value - trial.own_mean for part, trial in zip(parts, found, strict=True))
    variance = sum(part.standard_error**2 for part in parts)
    variance += sum(trial.own_error**2 for trial in found)
    return gap / sum(trial.own_mean for trial in found), gap / np.sqrt(variance)


def passing(found: Sequence[Trial]) -> list[Trial]:
    """Return the campaigns whose value would be told."""
    return [trial for trial in found if overlap(trial).colour != "red"]


def _row(name: str, found: dict[str, list[Trial]]) -> str:
    estimator = ESTIMATORS[name]
    errors = [
        "/".join(
            f"{abs(estimator(trial.log).value / trial.own_mean - 1):.3f}" for trial in found[task]
        )
        for task in TASKS
    ]
    both = [pooled(found[task], estimator) for task in TASKS]
    bias = " / ".join(f"{part[0]:+.0%}" for part in both)
    z = " / ".join(f"{part[1]:+.2f}" for part in both)
    gated = f"{pooled(passing(found['reverse']), estimator)[1]:+.2f}"
    return f"| {' | '.join([name, *errors, bias, z, gated])} |\n"


def main() -> None:
    """Value every policy and write the table."""
    with TemporaryDirectory() as folder:
        try:
            bandit = read(Path(folder))
        except EngineError as error:
            print(error)
            return
    found: dict[str, list[Trial]] = {task: [] for task in TASKS}
    for trial in trials(bandit):
        found[trial.task].append(trial)
        gate = overlap(trial)
        facts = ", ".join(f"{name} {value:.3g}" for name, value in gate.figures.items())
        print(f"{trial.task} {trial.campaign}: overlap {gate.colour} ({facts})")
    text = HEAD.format(value=single.ips(found["p"][0].log).value)
    text += "".join(_row(name, found) for name in ESTIMATORS)
    print(text)
    (ROOT / "benchmarks/results/open_bandit.md").write_text(text)


if __name__ == "__main__":
    main()
