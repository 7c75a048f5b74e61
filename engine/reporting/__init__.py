"""Words, money, charts and files that readers see."""
