"""Earlier issues read back: from Markdown, plain text, web pages and mail, however they were kept.

Each format becomes Markdown with one paragraph to a block (`mend`, `plain`, `page`); `outline`
finds the anatomy of an issue in it. What fits nowhere goes to `extra`, never to the floor.
"""
