-- Every person's way from first contact to money. No random numbers: each choice is a hash of the person's
-- number, so the same size gives the same company. The macros people(), accounts(), facts(), days() and
-- last_us() are set by the caller.
CREATE MACRO sellers() AS 200;
CREATE MACRO teams() AS 20;
CREATE MACRO territories() AS 12;
CREATE MACRO campaigns() AS 40;
CREATE MACRO products() AS 60;
-- Of a million people's 55,000 open deals 10,000 stand in the second one.
CREATE MACRO pipeline_of(deal) AS CASE WHEN hash(deal) % 11 < 2 THEN 2 ELSE 1 END;
CREATE MACRO day_us() AS 86400000000;
CREATE MACRO share(i, salt) AS (hash(i * 1000 + salt) % 1000003) / 1000003.0;
CREATE MACRO pick(list, i, salt) AS list[1 + (hash(i * 1000 + salt) % len(list))::BIGINT];
CREATE MACRO until(us, last) AS CASE WHEN us <= last THEN us END;

CREATE TABLE word AS SELECT
    ['Anna', 'Ben', 'Carla', 'David', 'Elsa', 'Finn', 'Greta', 'Hugo', 'Ines', 'Jonas', 'Karin', 'Leo', 'Maja', 'Nils',
     'Olivia', 'Paul', 'Rosa', 'Simon', 'Tilda', 'Viktor'] AS first,
    ['Ber', 'Dal', 'Eng', 'Fal', 'Gran', 'Holm', 'Jans', 'Kar', 'Lind', 'Mor', 'Nor', 'Ols', 'Pet', 'Ros', 'Sand',
     'Ten', 'Val', 'West', 'Wik', 'Zet'] AS head,
    ['berg', 'borg', 'dahl', 'feldt', 'gren', 'holm', 'lund', 'mark', 'quist', 'sen', 'son', 'stedt', 'strand', 'strom',
     'wald'] AS tail,
    ['DE', 'FR', 'SE', 'NL', 'ES', 'IT', 'PL', 'GB', 'US', 'AT', 'DK', 'FI'] AS country,
    ['paid_search', 'organic_search', 'paid_social', 'email', 'direct', 'referral', 'display', 'events'] AS channel;
CREATE MACRO channel_of(campaign) AS (SELECT channel FROM word)[1 + campaign % 8];

-- One row per person.
CREATE TABLE journey AS
WITH person AS (
    SELECT i + 1 AS id,
        pick(word.first, i, 1) || ' ' || pick(word.head, i, 2) || pick(word.tail, i, 3) AS full_name,
        1 + (hash(i * 1000 + 4) % accounts())::BIGINT AS account_id,
        pick(word.country, i, 5) AS country,
        1 + (hash(i * 1000 + 6) % campaigns())::BIGINT AS campaign_id,
        1 + (hash(i * 1000 + 7) % sellers())::BIGINT AS owner_id,
        1 + (hash(i * 1000 + 8) % products())::BIGINT AS product_id,
        '/landing/' || (hash(i * 1000 + 9) % 200) AS landing_page,
        (last_us() - days() * day_us() * pow(share(i, 10), 1.4))::BIGINT AS captured
    FROM range(people()) AS numbers(i), word
), qualified AS (
    SELECT *, CASE WHEN share(id, 11) < 0.60 THEN until((captured + share(id, 12) * 4 * day_us())::BIGINT, last_us()) END
        AS qualified FROM person
), handed AS (
    SELECT *, CASE WHEN share(id, 13) < 0.85 THEN until((qualified + share(id, 14) * 2 * day_us())::BIGINT, last_us()) END
        AS handed FROM qualified
), contacted AS (
    SELECT *, CASE WHEN share(id, 15) < 0.90 THEN until((handed + share(id, 16) * day_us())::BIGINT, last_us()) END
        AS contacted FROM handed
), decided AS (
    SELECT *, until((contacted + share(id, 17) * 3 * day_us())::BIGINT, last_us()) AS decided,
        share(id, 18) < 0.58 AS likes FROM contacted
)
SELECT *, 1 + (owner_id % teams()) AS team, 1 + (owner_id % territories()) AS territory,
    CASE WHEN likes THEN decided END AS accepted, CASE WHEN NOT likes THEN decided END AS returned,
    channel_of(campaign_id) AS channel,
    lower(replace(full_name, ' ', '.')) || id || '@company' || account_id || '.example' AS email,
    '+4930' || lpad(id::VARCHAR, 8, '0') AS phone
FROM decided;

-- One row per accepted lead.
CREATE TABLE deals AS
WITH opened AS (
    SELECT row_number() OVER (ORDER BY accepted, id) AS deal_id, id AS lead_id, accepted AS opened,
        share(id, 20) AS luck, accepted + (3 + share(id, 21) * 45)::BIGINT * day_us() AS ends,
        ((500 + share(id, 22) * 20000)::BIGINT) * 1000000 AS amount
    FROM journey WHERE accepted IS NOT NULL
)
SELECT *, CASE WHEN luck < 0.30 THEN until(ends, last_us()) END AS won,
    CASE WHEN luck >= 0.30 AND luck < 0.85 THEN until(ends, last_us()) END AS lost
FROM opened;

-- Two lines to each order.
CREATE TABLE order_lines AS
SELECT dense_rank() OVER (ORDER BY won, deal_id) AS order_id, deal_id, lead_id, line,
    won AS placed, until(won + (1 + share(deal_id, 30) * 20)::BIGINT * day_us(), last_us()) AS paid,
    1 + (hash(deal_id * 10 + line) % products())::BIGINT AS product, amount // 2 AS amount
FROM deals, range(1, 3) AS lines(line) WHERE won IS NOT NULL;

-- One row per fact.
CREATE TABLE event AS
WITH plain AS (
    SELECT 'person.created' AS kind, captured AS us, id AS person FROM journey
    UNION ALL SELECT 'consent.given', captured, id FROM journey
    UNION ALL SELECT 'lead.captured', captured, id FROM journey
    UNION ALL SELECT 'lead.qualified', qualified, id FROM journey WHERE qualified IS NOT NULL
    UNION ALL SELECT 'lead.handed_over', handed, id FROM journey WHERE handed IS NOT NULL
    UNION ALL SELECT 'lead.contacted', contacted, id FROM journey WHERE contacted IS NOT NULL
    UNION ALL SELECT 'lead.accepted', accepted, id FROM journey WHERE accepted IS NOT NULL
    UNION ALL SELECT 'lead.returned', returned, id FROM journey WHERE returned IS NOT NULL
), sold AS (
    SELECT 'deal.opened' AS kind, opened AS us, lead_id AS person, deal_id, NULL::BIGINT AS order_id, amount,
        NULL::BIGINT AS product, NULL AS natural_key FROM deals
    UNION ALL SELECT 'deal.stage_changed', (opened + step * (ends - opened) / 4)::BIGINT, lead_id, deal_id, NULL,
        amount, NULL, NULL FROM deals, range(1, 4) AS steps(step) WHERE opened + step * (ends - opened) / 4 <= last_us()
    UNION ALL SELECT 'deal.won', won, lead_id, deal_id, NULL, amount, NULL, NULL FROM deals WHERE won IS NOT NULL
    UNION ALL SELECT 'deal.lost', lost, lead_id, deal_id, NULL, amount, NULL, NULL FROM deals WHERE lost IS NOT NULL
    UNION ALL SELECT 'order.placed', placed, lead_id, deal_id, order_id, amount * 2, NULL, NULL FROM order_lines
        WHERE line = 1
    UNION ALL SELECT 'order.paid', paid, lead_id, deal_id, order_id, amount, product,
        'payment:' || order_id || ':' || line FROM order_lines WHERE paid IS NOT NULL
), media AS (
    SELECT kind, last_us() - day * day_us() AS us, campaign, kind || ':' || campaign || ':' || day AS natural_key,
        (2000 + share(campaign * 1000 + day, 40) * 8000)::BIGINT AS seen
    FROM range(days()) AS days(day), range(1, campaigns() + 1) AS numbers(campaign),
        (VALUES ('media.delivered'), ('media.clicked')) AS kinds(kind)
)
SELECT kind, us, person, NULL::BIGINT AS deal_id, NULL::BIGINT AS order_id, NULL::BIGINT AS amount,
    NULL::BIGINT AS product, NULL::VARCHAR AS natural_key, NULL::BIGINT AS campaign, NULL::BIGINT AS quantity
FROM plain
UNION ALL SELECT kind, us, person, deal_id, order_id, amount, product, natural_key, NULL, NULL FROM sold
UNION ALL SELECT kind, us, NULL, NULL, NULL, CASE WHEN kind = 'media.delivered' THEN seen * 12000 END, NULL,
    natural_key, campaign, CASE WHEN kind = 'media.delivered' THEN seen ELSE seen // 50 END FROM media;

-- One account with which somebody dealt all day: a person of it is called or written to every quarter of an hour.
CREATE MACRO busy_facts() AS least(50000, facts() // 200);
INSERT INTO event
SELECT 'activity.logged', (last_us() - (1 + i) * (days() * day_us() // (busy_facts() + 1)))::BIGINT, member.id,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM range(busy_facts()) AS numbers(i)
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS members FROM journey
    WHERE account_id = 1) AS member ON member.place = i % member.members;

-- What is missing to the wanted number of facts are dealings with people, spread over their time here.
INSERT INTO event
SELECT 'activity.logged', captured + (share(i, 51) * least(last_us() - captured, 120 * day_us()))::BIGINT, id,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM range(greatest(0, facts() - (SELECT count(*) FROM event))) AS numbers(i)
JOIN journey ON journey.id = 1 + (hash(i * 1000 + 50) % people())::BIGINT;
