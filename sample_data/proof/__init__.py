"""Many small worlds whose true money is known: what intervals are proved on."""
