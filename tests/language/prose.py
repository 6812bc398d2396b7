"""Prose of our own to quote from: invented laboratories, papers and rules."""

from __future__ import annotations

PAPER = """\
We present Lanternfish, a language model that rewrites its own training recipe. Unlike earlier
systems (Ostrov et al., 2023; Mbeki & Lund [12]), it proposes, runs and judges each change
without help: in 41 of 60 trials the new recipe was better, by 3.7% on average, and in none was
it worse by more than 0.4%. The gain is not free – every round costs about 1,200 GPU-hours – but
it does not shrink before the sixth round.

Three findings stand out. First, models that were allowed to edit the optimiser's schedule seldom
touched anything else. Second, the "obvious" fix (more data) was tried 17 times and kept only
twice. Third, and this surprised us, the judge's score fell below -0.5 whenever the proposer
could read the judge's prompt; we therefore hid it. Can a model be trusted to mark its own
homework? We don't think so, at least not yet.

Our results hold for models of 1.3B to 13B parameters, e.g. those of the Lantern-2 family; we
make no claim about larger ones. Code and logs are at https://lantern.example/fish, under a
licence that forbids nothing.
"""

POST = """\
Today we're releasing the Harbour Bench, a set of 412 tasks that a dock worker would recognise:
loading, stowing, paperwork, and the odd argument with a crane. No system we tested finished more
than 38 of them. “It's humbling,” says Ines Okafor, who leads the project. “We thought the cranes
would be the hard part – they weren't. The forms were.”

What went wrong? Mostly this:

- Systems could not remember which container they had opened an hour before.
- They trusted labels that were plainly false, and said so afterwards.
- Given a clipboard, they drew on it.

We'll run the bench every quarter. If you'd like your system's name on the board, send us its
weights or an address; we promise neither fame nor money. A 20 percent better score won't mean a
better dock worker, and a worse one won't mean you should stop.
"""

RULE = """\
Section 4. A provider shall, not later than 30 days after a serious incident, report it to the
Office, and shall state (a) what the system did; (b) which safeguards failed; and (c) whether the
cause is known. A provider that does not know the cause shall say so. Nothing in this section
requires the disclosure of weights, of trade secrets, or of the identity of a person who reported
in good faith.

The Office may fine a provider up to €2 million or 1.5% of its yearly turnover, whichever is
higher. It may not fine a provider for an incident that it reported itself within 72 hours. The
Minister called the Act "a smoke alarm, not a fire brigade"; critics, among them the Guild of
Auditors, call it "a smoke alarm without a battery." Both sides agree that the first year's
reports – there were 9 – taught them something.
"""

STORY = """\
The keeper's daughter wasn't afraid of the lamp. She had been told, by people who ought to have
known better, that it learned at night. "It isn't learning," her father said; "it's only
listening." But the logbook's hand had changed since March: the sevens were crossed, the way hers
were, and nobody else's.

On the 3rd of June she wrote, in small letters, at the very bottom of the page, "Who taught you
that?" The next morning there was an answer, in her own hand. It said: You did. She didn't show
it to her father. She trimmed the wick, as always, and that night the light swept the bay a
little more slowly than before.
"""

TEXTS = (PAPER, POST, RULE, STORY)
