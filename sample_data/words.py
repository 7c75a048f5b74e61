"""Words from which titles, texts, searches and comments are composed."""

import numpy as np

CATEGORIES = ("books", "music", "games", "films", "tea", "stationery", "kitchen", "garden")

MEDIA = ("music", "games", "films")
"""Categories that can be played before they are bought."""

CONSUMABLES = ("tea", "stationery")
"""Categories that people buy again."""

SHARED_TAGS = (
    *("quiet", "bold", "vintage", "northern", "coastal", "floral", "smoky", "playful"),
    *("modern", "classic", "travel", "winter", "summer", "city", "forest", "family"),
    *("solo", "slow", "bright", "dark", "handmade", "minimal", "epic", "gift"),
)

OWN_TAGS = {
    "books": ("mystery", "poetry", "history"),
    "music": ("jazz", "folk", "electronic"),
    "games": ("puzzle", "strategy", "cards"),
    "films": ("drama", "comedy", "documentary"),
    "tea": ("green tea", "black tea", "herbal"),
    "stationery": ("notebook", "ink", "paper"),
    "kitchen": ("ceramic", "baking", "cast iron"),
    "garden": ("herbs", "bulbs", "tools"),
}

TAGS = (*SHARED_TAGS, *(tag for tags in OWN_TAGS.values() for tag in tags))

_FIRST = (
    *("Amber", "Blue", "Copper", "Distant", "Early", "Fallen", "Golden", "Hidden", "Ivory"),
    *("Jade", "Kind", "Lunar", "Misty", "Narrow", "Open", "Paper", "Quiet", "Restless"),
    *("Silver", "Tidal", "Unfolding", "Velvet", "Wandering", "Young"),
)

_SECOND = (
    *("Harbour", "Orchard", "Lantern", "River", "Meadow", "Station", "Garden", "Bridge"),
    *("Compass", "Island", "Window", "Sparrow", "Hour", "Valley", "Letter", "Mountain"),
    *("Kettle", "Tide", "Market", "Cloud", "Thread", "Moon", "Willow", "Road"),
)

_FORMS = {
    "books": ("The {a} {b}", "Notes from a {a} {b}", "A {a} {b} and Other Stories"),
    "music": ("{a} {b} Sessions", "Songs for a {a} {b}", "{a} {b} (Live)"),
    "games": ("{a} {b}: the Game", "Secrets of the {a} {b}", "{a} {b} Duel"),
    "films": ("Beyond the {a} {b}", "The Last {a} {b}", "{a} {b}, a Film"),
    "tea": ("{a} {b} Loose Tea", "{a} {b} Tea Tin", "{a} {b} Breakfast Blend"),
    "stationery": ("{a} {b} Notebook", "{a} {b} Writing Set", "{a} {b} Postcards"),
    "kitchen": ("{a} {b} Bowl", "{a} {b} Baking Dish", "{a} {b} Apron"),
    "garden": ("{a} {b} Seed Box", "{a} {b} Planter", "{a} {b} Hand Tools"),
}

_KINDS = {
    "books": "book",
    "music": "album",
    "games": "game",
    "films": "film",
    "tea": "tea",
    "stationery": "set",
    "kitchen": "piece",
    "garden": "kit",
}

_PRAISE = (
    "Lovely {kind}, more {tag} than I expected.",
    "Exactly the {tag} {kind} I was looking for.",
    "Bought this {kind} as a present; very {tag}.",
    "Good {kind}, I would choose it again.",
)

_DOUBT = (
    "Not as {tag} as the description says.",
    "The {kind} is fine, the box was dented.",
    "I expected something else from this {kind}.",
)


def titles(rng: np.random.Generator, categories: tuple[str, ...]) -> list[str]:
    """Return one title for each entry of ``categories``, no two equal."""
    drawn = {}
    for category in CATEGORIES:
        forms = _FORMS[category]
        order = rng.permutation(len(forms) * len(_FIRST) * len(_SECOND))
        drawn[category] = iter([_title(forms, int(number)) for number in order])
    return [next(drawn[category]) for category in categories]


def description(category: str, tags: tuple[str, ...]) -> str:
    """Return one sentence about an item that names all its tags."""
    return f"A {tags[0]}, {tags[1]} {_KINDS[category]} for those who love {tags[2]}."


def comment(rng: np.random.Generator, category: str, tag: str, *, liked: bool) -> str:
    """Return what a buyer writes under an item."""
    forms = _PRAISE if liked else _DOUBT
    return forms[int(rng.integers(len(forms)))].format(kind=_KINDS[category], tag=tag)


def _title(forms: tuple[str, ...], number: int) -> str:
    form, pair = divmod(number, len(_FIRST) * len(_SECOND))
    first, second = divmod(pair, len(_SECOND))
    return forms[form].format(a=_FIRST[first], b=_SECOND[second])
