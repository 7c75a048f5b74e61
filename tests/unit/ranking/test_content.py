"""What words and embeddings add to the content score, beside U·V of the tags."""

from dataclasses import replace

import numpy as np

from engine.features.profiles import item_profiles, user_profiles
from engine.features.tables import attributes
from engine.packing import pack, unpack
from engine.ranking.content import fit_content, fold_in_content
from engine.ranking.fold_in import fold_in
from engine.ranking.histories import history_of
from engine.ranking.item_models import Factors
from engine.ranking.two_stage import recommend
from tests.unit.ranking.builders import DAY, SMALL, a_log, a_log_of, fitted, tagged_items

LOG = a_log()
PREFERENCES = history_of(LOG, 100 * DAY, 90.0).preferences
PLAIN = tagged_items(LOG.n_items)
USERS = np.arange(LOG.n_users)


def with_meaning(rng_seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(rng_seed).normal(size=(LOG.n_items, 5)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


MEANT = replace(PLAIN, meaning=with_meaning())


def test_without_words_and_embeddings_the_score_is_that_of_the_profiles() -> None:
    profiles = item_profiles(attributes(PLAIN))
    expected = (user_profiles(PREFERENCES, profiles) @ profiles.T).toarray()
    np.testing.assert_allclose(fit_content(PREFERENCES, PLAIN).scores(USERS), expected, atol=1e-6)


def test_meaning_adds_the_cosine_and_leaves_the_profiles_alone() -> None:
    plain, meant = fit_content(PREFERENCES, PLAIN), fit_content(PREFERENCES, MEANT)
    mean = PREFERENCES @ MEANT.meaning
    mean /= np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-12)

    added = meant.scores(USERS) - plain.scores(USERS)
    np.testing.assert_allclose(added, mean @ MEANT.meaning.T, atol=1e-5)
    assert (meant.left != plain.left).nnz == 0
    assert (meant.right != plain.right).nnz == 0


def test_other_users_of_the_same_history_score_alike() -> None:
    content = fit_content(PREFERENCES, MEANT)
    again = fold_in_content(content, PREFERENCES[[4, 7]])
    np.testing.assert_allclose(
        again.scores(np.arange(2)), content.scores(np.array([4, 7])), atol=1e-6
    )


def test_content_with_meaning_is_stored_whole() -> None:
    content = fit_content(PREFERENCES, MEANT)
    stored = unpack(Factors, pack(content))
    assert (stored.scores(USERS) == content.scores(USERS)).all()


def test_an_item_that_only_its_embedding_describes_is_found() -> None:
    """No tag and no event speaks of the last item; its embedding is that of item 3."""
    meaning = np.eye(LOG.n_items + 1, dtype=np.float32)
    meaning[-1] = meaning[3]
    log = replace(LOG, n_items=LOG.n_items + 1)
    bare = replace(tagged_items(log.n_items), meaning=meaning)
    model = fitted(log, SMALL, items=bare)
    made = recommend(
        fold_in(model, a_log_of([(0, 3)], 1, log.n_items)), "new_items", np.array([0]), 3
    )
    assert made.item_row[0] == LOG.n_items
