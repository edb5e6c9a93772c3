-- The present of the large company: what each table of the database gets, columns by name.
-- Going through the commands would take hours for a million people.
CREATE MACRO django(us) AS strftime(make_timestamp(us), '%Y-%m-%d %H:%M:%S.%f');
CREATE MACRO latest(a, b, c, d) AS greatest(a, coalesce(b, a), coalesce(c, a), coalesce(d, a));

-- table: workspace_team
SELECT i AS id, 'Team ' || i AS name, NULL AS parent_id FROM range(1, teams() + 1) t(i)

-- table: workspace_territory
SELECT i AS id, 'Territory ' || i AS name, NULL AS parent_id, '[]' AS countries
    FROM range(1, territories() + 1) t(i)

-- table: workspace_user
SELECT i AS id, '!' AS password, 'seller' || i || '@bench.example' AS email,
    'Seller ' || i AS name, 'seller' AS role, 1 + i % teams() AS team_id, 1 + i % territories() AS territory_id,
    'en' AS locale, 1 AS is_active, django(last_us()) AS joined_at FROM range(1, sellers() + 1) t(i)
    UNION ALL SELECT sellers() + 1, '!', 'ada@bench.example', 'Ada Abara', 'admin', NULL, NULL, 'en', 1,
    django(last_us())

-- table: marketing_campaign
SELECT i AS id, 'Campaign ' || i AS name,
    channel_of(i) AS channel, django(last_us()) AS updated_at
    FROM range(1, campaigns() + 1) t(i)

-- table: sales_product
SELECT i AS id, 'SKU-' || i AS sku, 'Product ' || i AS name, '' AS family,
    django(last_us()) AS updated_at FROM range(1, products() + 1) t(i)

-- table: sales_pipeline
SELECT 1 AS id, 'Sales' AS name, 1 AS is_default UNION ALL SELECT 2, 'Partners', 0

-- table: sales_stage
SELECT (pipeline - 1) * 5 + i AS id, pipeline AS pipeline_id, name, kind, i AS position, '[]' AS gate,
    14 AS stale_days FROM range(1, 3) AS pipelines(pipeline), (VALUES (1, 'Discovery', 'open'),
    (2, 'Proposal', 'open'), (3, 'Negotiation', 'open'), (4, 'Won', 'won'), (5, 'Lost', 'lost')) t(i, name, kind)

-- table: ledger_subject
SELECT i AS id, CASE WHEN i <= people() THEN 'person' ELSE 'account' END AS kind
    FROM range(1, people() + accounts() + 1) t(i)

-- table: people_account
SELECT i AS id, people() + i AS subject, 'Company ' || i AS name,
    'company' || i || '.example' AS domain, pick(word.country, i, 60) AS country, '' AS city, '' AS industry,
    (1 + hash(i) % 900)::INTEGER AS size, '{}' AS custom, django(last_us()) AS created_at, django(last_us()) AS updated_at,
    1 AS version FROM range(1, accounts() + 1) t(i), word

-- table: people_person
SELECT id, id AS subject, full_name, email, phone, '' AS title, country, '' AS city,
    '' AS locale, account_id, owner_id, team AS team_id, territory AS territory_id, '{"plan": "' || ['Free', 'Team', 'Company', 'Group'][(1 + hash(id) % 4)::BIGINT] || '"}' AS custom,
    django(captured) AS created_at, django(latest(captured, qualified, contacted, decided)) AS updated_at,
    1 AS version FROM journey

-- table: people_identifier
SELECT 'email' AS kind, email AS value, id AS person_id, django(captured) AS seen_at
    FROM journey UNION ALL SELECT 'phone', phone, id, django(captured) FROM journey

-- table: people_consent
SELECT id AS person_id, 'marketing' AS purpose, 'email' AS channel, 1 AS given,
    '' AS wording_version, 'form' AS source, '' AS proof, django(captured) AS at FROM journey

-- table: people_searchtoken
SELECT DISTINCT token, 1 AS party, id AS party_id FROM (
        SELECT id, unnest(list_concat(string_split(lower(full_name), ' '), string_split_regex(email, '[^a-z0-9]+'),
            [email, 'company', account_id::VARCHAR, phone[2:], phone[3:], phone[4:], phone[5:]])) AS token FROM journey)
    UNION ALL SELECT DISTINCT token, 2, i FROM (SELECT i, unnest(['company', i::VARCHAR, 'company' || i,
        'company' || i || '.example', 'example']) AS token FROM range(1, accounts() + 1) t(i))
    ORDER BY token

-- table: leads_lead
SELECT id, id AS person_id, account_id, CASE WHEN accepted IS NOT NULL THEN 'accepted'
        WHEN returned IS NOT NULL THEN 'returned' WHEN handed IS NOT NULL THEN 'handed_over'
        WHEN qualified IS NOT NULL THEN 'qualified' ELSE 'captured' END AS state,
    channel, '' AS utm_source, '' AS utm_medium, '' AS utm_campaign, landing_page, campaign_id, product_id,
    owner_id, team AS team_id, territory AS territory_id, django(captured) AS captured_at,
    django(qualified) AS qualified_at, django(handed) AS handed_over_at, django(contacted) AS contacted_at,
    django(decided) AS decided_at, CASE WHEN returned IS NULL THEN '' ELSE 'no_need' END AS return_reason,
    '' AS disqualify_reason, '' AS message, '{}' AS custom,
    django(latest(captured, qualified, contacted, decided)) AS updated_at, 1 AS version FROM journey

-- table: sales_deal
SELECT deal_id AS id, 'Company ' || account_id AS name, lead_id, lead_id AS person_id, account_id,
    pipeline_of(deal_id) AS pipeline_id, (pipeline_of(deal_id) - 1) * 5 + CASE WHEN won IS NOT NULL THEN 4
        WHEN lost IS NOT NULL THEN 5 ELSE 1 + deal_id % 3 END AS stage_id,
    CASE WHEN won IS NOT NULL THEN 'won' WHEN lost IS NOT NULL THEN 'lost' ELSE 'open' END AS state,
    amount, 'EUR' AS currency, product_id, django(opened) AS opened_at, django(opened) AS stage_since,
    django(coalesce(won, lost)) AS closed_at, CASE WHEN lost IS NULL THEN '' ELSE 'price' END AS lost_reason,
    channel, '' AS utm_source, landing_page, campaign_id, '{}' AS custom,
    django(coalesce(won, lost, opened)) AS updated_at, owner_id, team AS team_id, territory AS territory_id,
    1 AS version FROM deals JOIN journey ON journey.id = lead_id

-- table: sales_task
SELECT row_number() OVER () AS id, 'Call them back' AS text, 'call' AS kind, 'open' AS state,
    strftime(make_timestamp(last_us()) + to_days((hash(lead_id) % 20)::INTEGER - 10), '%Y-%m-%d') AS due_on,
    '' AS repeat, lead_id AS person_id, account_id, deal_id, django(opened) AS made_at,
    django(opened) AS updated_at, owner_id, team AS team_id, territory AS territory_id, 1 AS version
    FROM deals JOIN journey ON journey.id = lead_id WHERE won IS NULL AND lost IS NULL AND deal_id % 3 = 0

-- table: sales_order
SELECT order_id AS id, 'O-' || order_id AS number, deal_id, lead_id AS person_id, account_id,
    'EUR' AS currency, sum(amount)::BIGINT AS total, sum(CASE WHEN paid IS NULL THEN 0 ELSE amount END)::BIGINT
        AS paid,
    django(any_value(placed)) AS placed_at, django(any_value(coalesce(paid, placed))) AS updated_at,
    any_value(owner_id) AS owner_id, any_value(team) AS team_id, any_value(territory) AS territory_id
    FROM order_lines JOIN journey ON journey.id = lead_id GROUP BY ALL

-- table: sales_orderline
SELECT order_id, line AS position, product AS product_id, '' AS description, 1 AS quantity,
    amount FROM order_lines

-- table: sales_payment
SELECT order_id, 'payment' AS kind, sum(amount)::BIGINT AS amount, django(any_value(paid)) AS at
    FROM order_lines WHERE paid IS NOT NULL GROUP BY order_id
