"""The words by which exports call their columns, in English, German, French, Spanish and Portuguese."""

import re
import unicodedata
from collections.abc import Mapping

# Fields by the words that mean them, each as it stands once capitals, accents and marks are taken away.
# `first_name`, `last_name`, `key` and `…_key` are no fields themselves; the draft makes fields of them.
PERSON: Mapping[str, str] = {
    "full_name": (
        "full name|name|contact name|contact|kontakt|kontaktname|ansprechpartner|nom complet"
        "|nombre completo|nome completo|nom et prenom|person|person name|lead name|customer name"
        "|kunde|cliente|client"
    ),
    "first_name": (
        "first name|firstname|given name|vorname|prenom|nombre|nome|primeiro nome|nome proprio|nombre de pila"
    ),
    "last_name": (
        "last name|lastname|surname|family name|nachname|familienname|nom|nom de famille|apellido"
        "|apellidos|sobrenome|apelido"
    ),
    "email": (
        "email|e mail|mail|email address|e mail address|e mail adresse|emailadresse|mailadresse"
        "|courriel|adresse email|adresse e mail|correo|correo electronico|endereco de email"
        "|person email|contact email|email work|work email|primary email"
    ),
    "phone": (
        "phone|phone number|telephone|telefon|telefonnummer|tel|mobile|mobile phone"
        "|mobile phone number|handy|mobil|mobilnummer|telefono|movil|celular|telefone|telemovel"
        "|numero de telephone|portable|person phone|phone work|work phone"
    ),
    "title": (
        "job|job title|title|position|jobtitle|funktion|stellenbezeichnung|berufsbezeichnung|fonction"
        "|poste|cargo|puesto|rolle|role"
    ),
    "city": ("city|town|stadt|ort|ville|ciudad|cidade|mailing city|billing city"),
    "country": (
        "country|country code|country region|land|landercode|pays|pais|mailing country|billing country"
    ),
    "locale": ("locale|language|preferred language|sprache|langue|idioma|lingua"),
    "user_id": "user id|website user id|login",
}
COMPANY: Mapping[str, str] = {
    "name": (
        "company name|name|company|account name|account|organization|organisation"
        "|organization name|firma|firmenname|unternehmen|unternehmensname|societe|entreprise"
        "|raison sociale|nom|nom de l entreprise|empresa|nombre|nombre de la empresa|nome"
        "|nome da empresa|companhia|organizacion|organizacao"
    ),
    "domain": (
        "domain|company domain|company domain name|website|web site|website url|webseite|internet"
        "|homepage|site web|site internet|sitio web|site|dominio|domaine|url"
    ),
    "city": PERSON["city"],
    "country": PERSON["country"],
    "industry": ("industry|branche|secteur|secteur d activite|sector|industria|setor|ramo"),
    "size": (
        "employees|number of employees|employee count|size|company size|mitarbeiter"
        "|mitarbeiterzahl|effectif|nombre d employes|empleados|numero de empleados|funcionarios"
        "|numero de funcionarios"
    ),
    "region": "state|region|province|state province|bundesland|departement|provincia|estado",
    "postcode": "postcode|post code|postal code|zip|zip code|plz|postleitzahl|code postal|codigo postal|cep",
    "revenue": "annual revenue|revenue|yearly revenue|jahresumsatz|umsatz|chiffre d affaires|faturamento",
}
PERSON_COMPANY: Mapping[str, str] = {
    "company": (
        "company name|company|associated company|account name|account|organization|organisation"
        "|organization name|firma|firmenname|unternehmen|societe|entreprise|empresa|companhia"
        "|organizacion|organizacao"
    ),
    "company_domain": COMPANY["domain"],
    "company_industry": COMPANY["industry"],
    "company_size": COMPANY["size"],
    "company_key": (
        "company id|account id|organization id|organisation id|associated company id"
        "|associated company ids|firmen id|firmennummer|id entreprise|id empresa|id da empresa"
    ),
}
CREATED = (
    "created|created at|created on|create date|created date|creation date|date created"
    "|created time|add time|deal created|lead created|erstellt|erstellt am|erstelldatum"
    "|angelegt|angelegt am|date de creation|cree le|fecha de creacion|creado|creado el"
    "|data de criacao|criado em|criado|date added|added|since|customer since|kunde seit|seit"
)
OWNER = (
    "owner|contact owner|company owner|deal owner|lead owner|account owner|opportunity owner"
    "|record owner|owner name|sales rep|salesperson|assigned to|besitzer|zustandig"
    "|verantwortlich|vertrieb|verkaufer|betreuer|proprietaire|responsable|commercial"
    "|propietario|vendedor|proprietario|responsavel|user"
)
SOURCE = (
    "source|lead source|original source|channel|quelle|herkunft|kanal|leadquelle|canal"
    "|origine|origen|fuente|fonte|origem"
)
AMOUNT = (
    "amount|value|deal value|deal amount|total|sum|price|betrag|summe|wert|volumen"
    "|auftragswert|umsatz|montant|valeur|importe|monto|valor|total price|grand total"
    "|gesamtbetrag|total ttc"
)
CURRENCY = (
    "currency|currency code|deal currency|deal currency code|wahrung|waehrung|devise|moneda"
    "|moeda|currency iso code"
)
STAGE = (
    "stage|deal stage|pipeline stage|stage name|opportunity stage|phase|stand|status|state"
    "|verkaufsphase|etape|statut|etapa|fase|estado"
)
CLOSE = (
    "close date|closed date|closing date|expected close date|expected close|close|abschluss"
    "|abschlussdatum|voraussichtlicher abschluss|schlussdatum|date de cloture|fecha de cierre"
    "|data de fechamento|closed at|won time|lost time|gewonnen am|closed on"
)
PRODUCT = "product|product name|product code|sku|produkt|artikel|artikelnummer|produit|producto|produto"
CAMPAIGN = "campaign|campaign name|kampagne|campagne|campana|campanha"
DEAL: Mapping[str, str] = {
    "name": (
        "deal name|name|deal|deal title|title|opportunity name|opportunity|subject|bezeichnung"
        "|titel|verkaufschance|geschaft|nom de l affaire|affaire|nombre del negocio|negocio"
        "|oportunidad|nome do negocio|oportunidade|nom|nombre|nome|projekt"
    ),
    "opened_at": CREATED + ("|opened|opened at|open date|begin|beginn|start date|eroffnet"),
    "amount": AMOUNT,
    "currency": CURRENCY,
    "stage": STAGE,
    "expected_close_on": CLOSE,
    "won_at": "won time|won at|won date|gewonnen|gewonnen am|date won",
    "lost_at": "lost time|lost at|lost date|verloren|verloren am|date lost",
    "lost_reason": (
        "lost reason|closed lost reason|loss reason|verlustgrund|motif de perte|motivo de perdida"
        "|motivo da perda"
    ),
    "owner": OWNER,
    "product": PRODUCT,
    "campaign": CAMPAIGN,
    "channel": SOURCE,
    "person": (
        "contact id|person id|associated contact id|associated contact ids|contact ids|kontakt id"
        "|kontaktnummer|id contact|id contacto|id do contato|primary contact id"
    ),
    "account": (
        "company id|account id|organization id|organisation id|associated company id"
        "|associated company ids|company ids|firmen id|firmennummer|id entreprise|id empresa"
        "|customer id|kundennummer"
    ),
    "lead": "lead id|lead|lead number",
}
LEAD: Mapping[str, str] = {
    "captured_at": CREATED
    + (
        "|captured|captured at|submitted|submitted at|submission date|received|date|eingang|datum"
        "|eingegangen|eingegangen am|recu le|fecha|data|conversion date|timestamp|zeitstempel"
    ),
    **PERSON,
    **PERSON_COMPANY,
    "channel": SOURCE,
    "utm_source": "utm source",
    "utm_medium": "utm medium",
    "utm_campaign": "utm campaign",
    "landing_page": "landing page|page url|conversion page",
    "message": (
        "message|comment|comments|notes|nachricht|anfrage|bemerkung|commentaire|mensaje|mensagem"
        "|enquiry|inquiry"
    ),
    "score": "score|lead score|punkte",
    "campaign": CAMPAIGN,
    "product": PRODUCT,
    "owner": OWNER,
}
ORDER: Mapping[str, str] = {
    "placed_at": (
        "order date|placed at|ordered at|date|purchase date|bestelldatum|bestellt am|datum"
        "|auftragsdatum|rechnungsdatum|invoice date|date de commande|fecha|fecha de pedido|data"
        "|data do pedido|"
    )
    + CREATED,
    "amount": AMOUNT,
    "currency": CURRENCY,
    "product": PRODUCT,
    "quantity": "quantity|qty|menge|anzahl|quantite|cantidad|quantidade",
    "description": "description|beschreibung|descripcion|descricao|subject",
    "paid_at": ("paid at|paid on|payment date|bezahlt|bezahlt am|zahlungsdatum|paye le|pagado el|pago em"),
    "person": DEAL["person"] + "|customer id|kundennummer|client id|kunden id",
    "account": ("company id|account id|organization id|firmen id|firmennummer"),
    "deal": "deal id|opportunity id|verkaufschance id",
}
VOCABULARY: Mapping[str, Mapping[str, str]] = {
    "person": {**PERSON, **PERSON_COMPANY, "owner": OWNER, "created_at": CREATED},
    "account": {**COMPANY, "owner": OWNER, "created_at": CREATED},
    "lead": LEAD,
    "deal": DEAL,
    "order": ORDER,
    "product": {"name": (
        "product name|name|produktname|nom|nombre|nome|produit|producto|produto"
    ), "family": (
        "family|category|product family|series|kategorie|categorie|categoria"
    ), "price": (
        "price|list price|sales price|unit price|preis|listenpreis|verkaufspreis|prix|precio|preco"
    ), "currency": CURRENCY},
    "user": {"name": "full name|name|user name|user", "email": PERSON["email"],
        "role": "role|rolle|profile"},
    "expense": {
        "on": "day|date|expense date|receipt date|tag|datum|belegdatum|jour|fecha|dia|data",
        "kind": "kind|category|type|expense type|expense category|art|kategorie|categorie|categoria|tipo",
        "amount": AMOUNT,
        "currency": CURRENCY,
        "owner": "who|employee|paid by|seller|name|mitarbeiter|wer|employe|empleado|funcionario|" + OWNER,
        "team": "team|department|cost centre|cost center|abteilung|kostenstelle|equipe|equipo",
        "deal": DEAL["name"],
        "note": "note|notes|comment|description|purpose|zweck|bemerkung|beschreibung|objet|motivo|nota",
    },
    "media_day": {
        "campaign": CAMPAIGN,
        "on": "day|date|tag|datum|jour|fecha|dia|data",
        "impressions": "impressions|impr|impressionen|impresiones|impressoes|views",
        "clicks": "clicks|klicks|clics|cliques",
        "reached": "reach|reached|people reached|reichweite|alcance|couverture",
        "spend": (
        "spend|cost|amount spent|kosten|ausgaben|depenses|cout|gasto|coste|custo"
    ),
        "currency": CURRENCY,
    },
}  # fmt: skip
# What each kind of record is called, alone and with its id; the first word also in names of files.
CALLED: Mapping[str, tuple[str, ...]] = {
    "person": ("person", "persons", "people", "contact", "contacts", "kontakt", "kontakte", "personen",
        "contactos",
               "contatos", "customer", "customers", "kunden", "clients", "clientes"),
    "account": ("account", "accounts", "company", "companies", "organization", "organizations",
        "organisation",
                "organisations", "firma", "firmen", "unternehmen", "entreprises", "societes", "empresas"),
    "lead": ("lead", "leads", "enquiry", "enquiries", "inquiries", "anfragen", "interessenten",
        "prospects"),
    "deal": ("deal", "deals", "opportunity", "opportunities", "verkaufschancen", "geschafte", "affaires",
        "negocios",
             "oportunidades"),
    "order": ("order", "orders", "invoice", "invoices", "bestellung", "bestellungen", "auftrage",
        "rechnungen",
              "commandes", "pedidos", "sales"),
    "product": ("product", "products", "produkte", "artikel", "produits", "productos", "produtos"),
    "user": ("user", "users", "owner", "owners", "benutzer", "usuarios", "utilisateurs"),
    "expense": ("expense", "expenses", "receipts", "auslagen", "spesen", "reisekosten", "depenses",
        "gastos", "despesas"),
    "media_day": ("ads", "media", "advertising", "campaigns", "kampagnen", "anzeigen"),
}  # fmt: skip
KEYS = (
    "record id",
    "id",
    "nr",
    "no",
    "number",
    "nummer",
    "key",
    "numero",
    "external id",
    "uuid",
    "guid",
    "code",
)
WON = frozenset(("won", "closed won", "closedwon", "gewonnen", "gagne", "gagnee", "ganado", "ganada",
    "ganho", "ganha",
                 "abgeschlossen und gewonnen", "cierre ganado", "ferme gagne"))  # fmt: skip
LOST = frozenset(("lost", "closed lost", "closedlost", "verloren", "perdu", "perdue", "perdido", "perdida",
                  "abgeschlossen und verloren", "cierre perdido", "ferme perdu"))  # fmt: skip
YES = frozenset(("yes", "y", "true", "on", "1", "ja", "wahr", "oui", "vrai", "sí", "si", "verdadero", "sim",
                 "verdadeiro", "x"))  # fmt: skip


def plain(text: str) -> str:
    """A header or a word as the lists have it: small letters, no accents, single blanks between words."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    bare = unicodedata.normalize("NFKD", apart.casefold())
    letters = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w]+|_", " ", letters).split())


def likeness(header: str, words: str) -> float:
    """How surely a header (plain already) means what the words mean: 1 when it is one of them."""
    listed = words.split("|")
    if header in listed:
        return 1.0 - 0.002 * listed.index(header)  # The first words are the surest.
    own = header.split()
    inside = [word for word in listed if set(word.split()) <= set(own) and len(word) > 3]
    if not inside:
        return 0.0
    most = max(len(word.split()) for word in inside)
    return 0.75 * most / len(own) if most / len(own) >= 0.5 else 0.0
