"""Method page: every formula, where its inputs come from, and what it cannot see."""

from pages._shared import cache, method_view, widgets

facts = cache.stamp()
widgets.stamp(facts)

reader = method_view.reader(facts)
method_view.heading(reader)
method_view.draw(method_view.section(), reader)
