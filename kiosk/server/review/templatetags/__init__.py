"""Tags of the review pages' templates."""
