"""Stories become an issue, an issue becomes Markdown that an editor works in, and comes back whole.

The grammar of a draft
======================

A draft is a UTF-8 text file. Its line ends are whatever the editor's program writes. What follows
is everything that `digest` understands in it; anything else is the editor's prose and stays as it
is.

    draft    = front  welcome  { piece  rule }  [ coda ]  [ thanks ]  [ extra ]
    front    = "---" newline, YAML, "---" newline      keys: issue number title subtitle date status
                                                       window; others, comments and order survive
    welcome  = all text before the first piece
    piece    = marked | own
    marked   = opening  entry  closing
    opening  = "<!-- entry KEY [kind=item|essay] [themes=ID,ID] -->"      alone on its line
    closing  = "<!-- /entry -->"                                          alone on its line
    own      = an entry that stands between two rules without markers: the editor's own
    rule     = "***" on a line of its own
    entry    = "## " headline                          as a rule with its colon
               [ "*…" tagline "…*" ]
               body                                    any Markdown
               [ "**Why this matters - " thesis ":** " text ]
               { "**" label ":** [" title "](" address ") (" venue ", " venue ")." }
               [ extra ]                               what follows the references
               { "+ tracker " ID ": " cell " | " cell }  a row for a tracker, a line each
    coda     = "## Tech Tales:"  "**" title "**"  "*" setting "*"  text
               [ "**Things that inspired this story:** " thing "; " thing "." ]  [ extra ]
    thanks   = the line of thanks; after it comes the issue's `extra`
    (an entry's paragraph "**Bottom line:** …" is what its companion page ends with)
    slot     = "[[" name [ ": " what belongs here ] "]]"

A slot awaits the editor's words: replace it, brackets and all. Deleting a part with its slot (the
whole coda, say) is as good as filling it. A backslash before a bracket keeps it a bracket, which is
how fetched text is written: it can form neither a slot nor a marker, rule, heading or front matter.

A marker's attributes and the text between its markers belong together: an entry is *untouched*
while both equal, white space aside, anything that the machine ever wrote for that key. Damage (a
marker that is unclosed, nested, repeated or misspelt, front matter that is not YAML) is refused
with its line by `read`; `refresh` leaves the damaged entry to the editor and says so, and refuses
only a file that is no draft.

All texts of an `Entry` and a `Coda` are Markdown. A machine's text never stands outside markers,
except in a new draft: front matter, welcome, rules, coda and thanks are written once.
"""
