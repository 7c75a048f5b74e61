"""What the command line tells a person: the JSON payload of a verb in a few lines."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.reporting.text import t

Payload = Mapping[str, Any]
CENTS = 100


def of_import(payload: Payload, locale: str) -> str:
    """One line per file, and the reasons of its rejected rows."""
    lines = []
    for file in payload["files"]:
        counts = {key: f"{file[key]:,}" for key in ("read", "accepted", "duplicate", "rejected")}
        lines.append(t("cli.file", locale, file=file["file"], kind=file["kind"], **counts))
        lines += [_reason(code, count, locale) for code, count in file["reasons"].items()]
    return "\n".join(lines)


def of_health(payload: Payload, locale: str) -> str:
    """The gates with status and advice, the rung of evidence and what the next one needs."""
    gates = [
        f"{gate['status']:<7} {gate['name']:<12} {t('gates.' + gate['advice'], locale)}"
        for gate in payload["gates"]
    ]
    rung = t("cli.rung", locale, rung=payload["rung"])
    return "\n".join([*gates, rung, t("gates." + payload["next_rung_needs"], locale)])


def of_training(payload: Payload, locale: str) -> str:
    """The run, what it learned from, and what was not possible."""
    sizes = {key: f"{payload[key]:,}" for key in ("users", "items", "events")}
    said = t("cli.trained", locale, run_id=payload["run_id"], **sizes)
    return "\n".join([said, *(f"  {note['text']}" for note in payload["notes"])])


def of_lists(payload: Payload, locale: str) -> str:
    """How many rows for how many users."""
    return t("cli.lists", locale, **{key: f"{value:,}" for key, value in payload.items()})


def of_evaluation(payload: Payload, locale: str) -> str:
    """NDCG of each policy with its interval, best first."""
    ranked = sorted(payload["policies"].items(), key=lambda pair: -pair[1]["ndcg"]["value"])
    lines = [
        f"{name:<14} NDCG {ndcg['value']:.4f} ({ndcg['low']:.4f} – {ndcg['high']:.4f})"
        for name, ndcg in ((name, metrics["ndcg"]) for name, metrics in ranked)
    ]
    return "\n".join([*lines, *_losses(payload, locale)])


def _losses(payload: Payload, locale: str) -> list[str]:
    """What the lists lose without each part, where it was measured."""
    parts = payload.get("ablation", {}).get("parts", {})
    ranked = sorted(parts.items(), key=lambda pair: -pair[1]["loss"]["ndcg"]["difference"])
    return [
        t(
            "cli.loss",
            locale,
            part=f"{name:<16}",
            loss=f"{loss['difference']:+.4f} ({loss['low']:+.4f} – {loss['high']:+.4f})",
        )
        for name, loss in ((name, part["loss"]["ndcg"]) for name, part in ranked)
    ]


def of_worth(payload: Payload, locale: str) -> str:
    """What each estimator says per list shown, and what stands against it."""
    lines = [
        t(f"cli.worth_{'known' if found['value'] is not None else 'withheld'}", locale, **facts)
        for name, found in payload["estimators"].items()
        for facts in [{"name": name, "reward": payload["reward"], **_rounded(found)}]
    ]
    cures = [gate for gate in payload["gates"] if gate["colour"] != "green"]
    return "\n".join([*lines, *(f"{gate['colour']}: {gate['advice']}" for gate in cures)])


def _rounded(found: Payload) -> dict[str, str]:
    return {
        key: f"{value:.5g}" if isinstance(value, float) else str(value)
        for key, value in found.items()
    }


def of_simulation(payload: Payload, locale: str) -> str:
    """Money of each model and the gain over the baseline."""
    names = ("ads", "membership", "sales", "total", "uplift")
    return "\n".join(_money(name, payload, locale) for name in names)


def of_scenario(path: str) -> Callable[[Payload, str], str]:
    """Where the scenario file was written."""
    return lambda payload, locale: t("cli.scenario", locale, path=path)


def of_serving(payload: Payload, locale: str) -> str:
    """Where to point the browser."""
    return t("cli.serving", locale, url=payload["url"])


def _reason(code: str, count: int, locale: str) -> str:
    return f"    {count:,}  {t('reasons.' + code, locale)}"


def _money(name: str, payload: Payload, locale: str) -> str:
    answer, label = payload[name], t(f"cli.{name}", locale)
    if "withheld" in answer:
        return f"{label}: {answer['advice']}"
    low, middle, high = (f"{answer[key] / CENTS:,.0f}" for key in ("p10", "p50", "p90"))
    blanks = {"low": low, "middle": middle, "high": high, "currency": payload["currency"]}
    key = "cli.range" if answer["interval"] == "assumptions" else "cli.money"
    return t(key, locale, name=label, months=payload["horizon_months"], **blanks)
