-- The words of a reason with its blanks filled; the title last, whatever braces it has.
-- Grain: a scalar
-- Reads: its arguments
create or replace macro fill_reason(words, item, tag, place) as
replace(
    replace(replace(words, '{place}', cast(place as varchar)), '{tag}', tag),
    '{item}',
    item
)
