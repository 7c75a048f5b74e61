"""Mix page: the three models on the same lists, users and months, as sliders move."""

import streamlit as st

from pages._shared import (
    cache,
    controls,
    layers_view,
    levers,
    mix_view,
    money_cache,
    money_view,
    range_view,
    revenue_view,
    tables,
    widgets,
)
from pages._shared.text import t

facts = cache.stamp()
widgets.stamp(facts)
if facts.run_id is None:
    revenue_view.not_yet("mix", facts)
    st.stop()

run = cache.database(), facts.run_id
inputs = money_cache.inputs(*run)
answer, sliders = st.columns([2.6, 1])
with sliders:
    controls.draw("mix", inputs)
scenario = levers.scenario(inputs.default_scenario, inputs.known)
found = money_cache.quote(*run, scenario)
said = tables.origin(facts.run_id, scenario)
with answer:
    if inputs.is_range:
        range_view.headline(found.simulation)
        range_view.parts(found.simulation)
        range_view.chain(found.simulation)
        money_view.break_even(found.simulation)
        range_view.withheld(found.simulation)
    elif found.outcomes is None:
        money_view.headline(found.simulation)
    else:
        mix_view.headline(found.simulation)
        money_view.cards(found.simulation)
        mix_view.adds_up(found.simulation)
        mix_view.today(found.simulation, scenario)
        mix_view.months(found.simulation, money_cache.month_table(found), said)
        mix_view.segments(
            found.simulation, money_cache.segment_table(found, inputs.valuation.segments), said
        )
        mix_view.payers(
            found.simulation, money_cache.payer_table(found, inputs.valuation.segments), said
        )
        mix_view.alone(found.simulation, money_cache.alone(*run, scenario))
        layers_view.bar(run, scenario, "total", found.simulation.currency)
        money_view.break_even(found.simulation)
    experiment = money_cache.experiment(*run, scenario, "total")
    revenue_view.evidence(facts, found.simulation, experiment)
    widgets.link("pages/start/overview.py", label=t("mix.back"), icon=":material/dashboard:")
