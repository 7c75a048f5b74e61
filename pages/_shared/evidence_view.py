"""What tells the amounts of a page, and what stands against it."""

from collections.abc import Mapping

import streamlit as st

from engine.evaluation.off_policy.intervals import Colour
from engine.workbench.answers import Simulation
from engine.workbench.levels import Evidence
from pages._shared import money_view, widgets
from pages._shared.text import escaped, t

ICONS: Mapping[Colour, str] = {
    "green": widgets.ICONS["pass"],
    "amber": widgets.ICONS["review"],
    "red": widgets.ICONS["fail"],
}


def basis(found: Simulation) -> None:
    """Say of these lists, and of those they are compared with, what tells their events."""
    if not found.evidence:
        return
    with st.container(border=True):
        st.header(t("basis.title"))
        for policy, evidence in found.evidence.items():
            _of_policy(policy, evidence)
        widgets.link(
            "pages/recommendations/off_policy.py",
            label=t("basis.go_off_policy"),
            icon=":material/balance:",
        )


def _of_policy(policy: str, evidence: Evidence) -> None:
    name = escaped(money_view.policy_name(policy))
    said = t(f"basis.{evidence.basis}", name=name)
    lines = [f"{ICONS[evidence.colour]} {said}"]
    against = [
        f"{ICONS[gate.colour]} {t(f'off_policy.gate.{gate.name}')}: "
        f"{t(f'off_policy.colour.{gate.colour}')}"
        for gate in evidence.gates
        if gate.colour != "green"
    ]
    if against:
        lines.append(f":small[{' · '.join(against)}]")
    st.markdown("  \n".join(lines))
