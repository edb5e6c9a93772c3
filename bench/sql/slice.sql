-- One slice of a month's facts, sorted as sealed files are. The first six bytes of an id are its time, as in UUIDv7; the
-- rest is a hash, so that ids differ.
SELECT
    unhex(lpad(hex(us // 1000), 12, '0') || '7'
        || format('{:015x}', hash(us, kind, person, deal_id, natural_key) >> 4)
        || format('{:04x}', hash(person, us, order_id, product, campaign) & 65535)) AS id,
    kind, us AS occurred_us, us + 1000 AS received_us, $unit::BIGINT AS unit, NULL::VARCHAR AS stream_id,
    person AS subject, account_id,
    CASE WHEN kind NOT IN ('person.created', 'consent.given') THEN person END AS lead_id, deal_id, order_id,
    coalesce(campaign, campaign_id) AS campaign_id, NULL::BIGINT AS content_id,
    coalesce(product, product_id) AS product_id, landing_page, coalesce(channel, channel_of(campaign)) AS channel,
    NULL::VARCHAR AS utm_source, owner_id AS owner, team, territory,
    CASE WHEN kind IN ('lead.contacted', 'lead.accepted', 'lead.returned', 'activity.logged') THEN 'user'
        ELSE 'import' END AS actor_kind,
    owner_id AS actor_id, country AS region, NULL::VARCHAR AS locale, amount, amount AS amount_base,
    CASE WHEN amount IS NOT NULL THEN 'EUR' END AS currency, quantity, natural_key, 0::INTEGER AS revision,
    NULL::VARCHAR AS batch, 2::SMALLINT AS schema_version,
    CASE kind WHEN 'activity.logged' THEN '{"kind":"' || ['call', 'mail', 'meeting', 'note'][1 + us % 4] || '"}'
        WHEN 'lead.returned' THEN '{"reason":"no_need"}' WHEN 'deal.lost' THEN '{"reason":"price"}' END AS props,
    NULL::BIGINT AS source_id, NULL::VARCHAR AS event, NULL::VARCHAR AS host, NULL::VARCHAR AS path,
    NULL::VARCHAR AS referrer, NULL::VARCHAR AS utm_medium, NULL::VARCHAR AS utm_campaign, NULL::VARCHAR AS utm_term,
    NULL::VARCHAR AS utm_content, NULL::VARCHAR AS click_id, NULL::BIGINT AS agent
FROM event LEFT JOIN journey ON journey.id = event.person
WHERE us >= $first AND us < $last
ORDER BY kind, subject, occurred_us
