"""What customers say, in their own languages, in answers and reviews. It reflects what they truly feel."""

import random
from datetime import datetime, timedelta

from isthmus.simulate import catalogue as c
from isthmus.simulate.stories import Story, Voice

ANSWERS, REVIEWS = 0.38, 0.10  # shares of customers who answer a survey, who write a review
SURVEY, REVIEW = "survey.answered", "review.posted"

# By language: what the glad, the lukewarm and the disappointed say.
_SAID = {
    "sv": (
        ("Sparar vatten varje dag. Snabb hjälp när vi ringde.", "Enkel att montera, pålitlig i drift."),
        ("Gör vad den ska, men installationen tog tid.", "Bra givare, manualen kunde vara tydligare."),
        ("Vi fick vänta för länge på svar.", "Kalibreringen kom för sent till revisionen."),
    ),
    "da": (
        ("Vi sparer vand, og supporten svarer hurtigt.", "Nem at montere og meget pålidelig."),
        ("Fin sonde, men prisen er i den høje ende.", "Den virker, vejledningen er lidt kort."),
        ("Det tog alt for lang tid at få svar.", "Gatewayen faldt ud to gange den første måned."),
    ),
    "fi": (
        ("Vettä säästyy joka päivä, ja apu tuli nopeasti.", "Helppo asentaa ja luotettava."),
        ("Toimii, mutta asennus vei aikaa.", "Hyvä anturi, ohje voisi olla selkeämpi."),
        ("Vastausta sai odottaa liian kauan.", "Kalibrointi myöhästyi auditoinnista."),
    ),
    "de": (
        ("Spart jeden Tag Wasser, und der Service antwortet sofort.", "Einfach montiert, läuft zuverlässig."),
        ("Macht, was es soll; die Anleitung könnte klarer sein.", "Gute Sonde, aber nicht billig."),
        ("Wir mussten zu lange auf eine Antwort warten.", "Das Gateway fiel im ersten Monat zweimal aus."),
    ),
    "nl": (
        ("Bespaart elke dag water en de hulp was snel.", "Makkelijk te monteren en betrouwbaar."),
        ("Doet wat het moet doen, de installatie duurde lang.", "Goede sonde, de handleiding is kort."),
        ("We moesten te lang op antwoord wachten.", "De kalibratie kwam te laat voor de audit."),
    ),
}


def speak(chance: random.Random, story: Story, *, bought: datetime) -> None:
    """Let a customer say what they feel, if they are of those who say it."""
    language = c.MARKETS[story.market].locale[:2]
    if chance.random() < ANSWERS:
        felt = story.satisfaction + chance.gauss(0, 0.35)
        score = min(10, max(0, round(7.4 + 2.0 * felt)))
        mood = 0 if score >= 9 else 1 if score >= 7 else 2
        at = bought + timedelta(days=chance.uniform(25, 60))
        story.voices.append(Voice(at, SURVEY, score, chance.choice(_SAID[language][mood])))
    if chance.random() < REVIEWS:
        stars = min(5, max(1, round(3.9 + 1.0 * (story.satisfaction + chance.gauss(0, 0.35)))))
        mood = 0 if stars >= 5 else 1 if stars >= 4 else 2
        at = bought + timedelta(days=chance.uniform(30, 160))
        story.voices.append(Voice(at, REVIEW, stars, chance.choice(_SAID[language][mood])))
