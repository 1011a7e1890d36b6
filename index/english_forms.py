"""English words without meaning of their own, and irregular forms that no stemmer joins.

Both as the keyword index's stemmer leaves them.
"""

from __future__ import annotations

# As written and as stemmed, since the words come stemmed.
_STOP_WORDS = """
a about after again all also am an and ani any are as at be been befor before being but by can
could did do doe does dure during each for from further had has have he her here him his how i if
in into is it its just may me might more most much must my no nor not of off on onc once onli only
or other our out over own s same she should so some such t than that the their them then there
these they this those through to too under until up veri very was we were what when where which
while who whom whose whi why will with would you your many mani tell describ describe explain name
list discuss u re ve ll d m
"""

# First the form that stands for the others.
_IRREGULAR = """
say said | meet met | take took taken | make made | give gave given | go went gone | write wrote
written | hold held | begin began begun | becom becam | win won | sell sold | build built | buy
bought | fight fought | lead led | find found | run ran | send sent | spend spent | pay paid | keep
kept | lose lost | grow grew grown | know knew known | speak spoke spoken | break broke broken |
choos chose chosen | fall fell fallen | fli flew flown | get got gotten | hear heard | mean meant |
rise rose risen | see saw seen | seek sought | shoot shot | sit sat | stand stood | teach taught |
think thought | throw threw thrown | understand understood | wear wore worn | draw drew drawn |
withdraw withdrew withdrawn | drive drove driven | strike struck | steal stole stolen | sink sank
sunk | leav left | bring brought | come came | catch caught | feel felt | freez froze frozen | sue
suit | die dead death | decid decis | resign resignat
"""

STOP = frozenset(_STOP_WORDS.split())
FORMS: dict[str, tuple[str, ...]] = {
    forms[0]: tuple(forms) for line in _IRREGULAR.split("|") if (forms := line.split())
}
"""The form that stands for the others -> all of them."""
BASE_OF: dict[str, str] = {form: base for base, forms in FORMS.items() for form in forms}
