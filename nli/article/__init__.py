"""From a news article to the claims in it, who makes them, and which of them contradict each other.

Nothing here imports spaCy until an article is actually parsed.
"""
