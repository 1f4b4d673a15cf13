-- What analysts read. Views keep their names and columns; tables may change below them.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE VIEW v_queue_visit AS
SELECT v.id AS visit_id,
       v.call_id,
       v.arrived_at,
       v.queue_id,
       q.name AS queue,
       v.entered_at,
       v.left_at,
       v.result,
       v.how,
       v.agent_id,
       v.priority,
       v.needs,
       extract(epoch FROM v.left_at - v.entered_at)::double precision AS wait_seconds,
       v.left_at - v.entered_at <= make_interval(secs => q.service_level_seconds) AS in_time,
       v.result = 'abandoned'
           AND v.left_at - v.entered_at < make_interval(secs => q.short_abandon_seconds)
           AS is_short_abandon
  FROM queue_visit v
  LEFT JOIN queue q ON q.id = v.queue_id;
COMMENT ON VIEW v_queue_visit IS 'One row per stay of one call in one queue';
COMMENT ON COLUMN v_queue_visit.visit_id IS 'The stay';
COMMENT ON COLUMN v_queue_visit.call_id IS 'The call, see v_call';
COMMENT ON COLUMN v_queue_visit.arrived_at IS 'When the call arrived';
COMMENT ON COLUMN v_queue_visit.queue_id IS 'The queue';
COMMENT ON COLUMN v_queue_visit.queue IS 'Name of the queue';
COMMENT ON COLUMN v_queue_visit.entered_at IS 'When the call was queued';
COMMENT ON COLUMN v_queue_visit.left_at IS 'When it left; null while it waits';
COMMENT ON COLUMN v_queue_visit.result IS 'answered, abandoned or flowed_out; null while it waits';
COMMENT ON COLUMN v_queue_visit.how IS 'More about the result: hung_up, callback, overflow...';
COMMENT ON COLUMN v_queue_visit.agent_id IS 'Agent who answered';
COMMENT ON COLUMN v_queue_visit.priority IS '0 (ordinary) to 9';
COMMENT ON COLUMN v_queue_visit.needs IS 'Required skills with their least levels';
COMMENT ON COLUMN v_queue_visit.wait_seconds IS
    'From queue entry to the agent''s answer, ringing included, or to leaving; without the flow';
COMMENT ON COLUMN v_queue_visit.in_time IS
    'Left within the queue''s service level threshold, by whatever result';
COMMENT ON COLUMN v_queue_visit.is_short_abandon IS
    'Abandoned before the queue''s short abandon threshold';

CREATE VIEW v_offer AS
SELECT o.id AS offer_id,
       o.call_id,
       o.arrived_at,
       o.visit_id,
       q.name AS queue,
       o.agent_id,
       a.name AS agent,
       o.made_at,
       o.deadline,
       o.ended_at,
       o.result,
       extract(epoch FROM o.ended_at - o.made_at)::double precision AS ring_seconds,
       o.why
  FROM offer o
  LEFT JOIN queue q ON q.id = o.queue_id
  LEFT JOIN agent a ON a.id = o.agent_id;
COMMENT ON VIEW v_offer IS 'One row per call put to an agent';
COMMENT ON COLUMN v_offer.offer_id IS 'The offer';
COMMENT ON COLUMN v_offer.call_id IS 'The call, see v_call';
COMMENT ON COLUMN v_offer.arrived_at IS 'When the call arrived';
COMMENT ON COLUMN v_offer.visit_id IS 'The stay in the queue, see v_queue_visit';
COMMENT ON COLUMN v_offer.queue IS 'Name of the queue';
COMMENT ON COLUMN v_offer.agent_id IS 'Agent number';
COMMENT ON COLUMN v_offer.agent IS 'Name of the agent';
COMMENT ON COLUMN v_offer.made_at IS 'When the offer was made';
COMMENT ON COLUMN v_offer.deadline IS 'When it would time out';
COMMENT ON COLUMN v_offer.ended_at IS 'When it ended; null while the phone rings';
COMMENT ON COLUMN v_offer.result IS
    'accepted, refused, timed_out (ring-no-answer), rescinded (the caller left) or failed';
COMMENT ON COLUMN v_offer.ring_seconds IS 'From offer to its end';
COMMENT ON COLUMN v_offer.why IS 'Why this agent and this call: what was compared';

CREATE VIEW v_call AS
SELECT c.call_id,
       c.arrived_at,
       c.answered_at,
       c.ended_at,
       extract(epoch FROM c.ended_at - c.arrived_at)::double precision AS call_seconds,
       c.caller,
       c.dialled,
       c.customer_id,
       u.name AS customer,
       c.tier,
       c.priority,
       c.language,
       c.flow,
       c.outcome,
       c.end_reason,
       c.hangup_cause,
       c.closed_by,
       c.node,
       c.trunk,
       c.timeslot,
       v.queues,
       v.visits,
       v.wait_seconds,
       o.offers,
       o.missed_offers,
       l.agents,
       l.talk_seconds,
       m.messages,
       r.state AS recording_state,
       r.path AS recording_path,
       r.seconds AS recording_seconds
  FROM call c
  LEFT JOIN customer u ON u.id = c.customer_id
 CROSS JOIN LATERAL (
       SELECT array_agg(q.name ORDER BY x.entered_at, x.id) AS queues,
              count(*) AS visits,
              extract(epoch FROM sum(x.left_at - x.entered_at))::double precision AS wait_seconds
         FROM queue_visit x
         LEFT JOIN queue q ON q.id = x.queue_id
        WHERE x.call_id = c.call_id) v
 CROSS JOIN LATERAL (
       SELECT count(*) AS offers,
              count(*) FILTER (WHERE x.result = 'timed_out') AS missed_offers
         FROM offer x
        WHERE x.call_id = c.call_id) o
 CROSS JOIN LATERAL (
       SELECT array_agg(x.agent_id ORDER BY x.answered_at, x.leg_id) AS agents,
              extract(epoch FROM sum(x.ended_at - x.answered_at))::double precision
                  AS talk_seconds
         FROM leg x
        WHERE x.call_id = c.call_id AND x.role = 'agent' AND x.answered_at IS NOT NULL) l
 CROSS JOIN LATERAL (
       SELECT count(*) AS messages FROM message x WHERE x.call_id = c.call_id) m
  LEFT JOIN recording r ON r.call_id = c.call_id AND r.arrived_at = c.arrived_at;
COMMENT ON VIEW v_call IS 'One row per call, whatever transfers it went through';
COMMENT ON COLUMN v_call.call_id IS 'The call; read its story in v_call_timeline';
COMMENT ON COLUMN v_call.arrived_at IS 'When the first ring reached us';
COMMENT ON COLUMN v_call.answered_at IS 'When the hotline (not an agent) answered';
COMMENT ON COLUMN v_call.ended_at IS 'When the caller''s leg was gone; null while the call lives';
COMMENT ON COLUMN v_call.call_seconds IS 'From arrival to end';
COMMENT ON COLUMN v_call.caller IS 'Caller number (ANI)';
COMMENT ON COLUMN v_call.dialled IS 'Dialled number (DNIS)';
COMMENT ON COLUMN v_call.customer_id IS 'The customer known by caller and dialled number';
COMMENT ON COLUMN v_call.customer IS 'Name of the customer';
COMMENT ON COLUMN v_call.tier IS 'Customer level at the time: normal, silver, gold or vip';
COMMENT ON COLUMN v_call.priority IS '0 (ordinary) to 9, from the route';
COMMENT ON COLUMN v_call.language IS 'zh or en: what the caller chose, else the route''s';
COMMENT ON COLUMN v_call.flow IS 'The flow that served the call first';
COMMENT ON COLUMN v_call.outcome IS
    'The furthest thing reached: abandoned_in_flow, abandoned, talked, left_message,'
    ' callback_booked, served_by_flow, transferred_out, fallback, failed';
COMMENT ON COLUMN v_call.end_reason IS
    'caller_hung_up, agent_hung_up, flow_ended, no_audio, trunk_lost, pbx_restart,'
    ' ended_while_away (nobody saw why), refused';
COMMENT ON COLUMN v_call.hangup_cause IS 'Cause number of the hang-up (ITU-T Q.850)';
COMMENT ON COLUMN v_call.closed_by IS
    'Who wrote the end: engine, or in its absence cel or dialplan';
COMMENT ON COLUMN v_call.node IS 'The Asterisk node that carried the call';
COMMENT ON COLUMN v_call.trunk IS 'Where it came in';
COMMENT ON COLUMN v_call.timeslot IS 'E1 timeslot; null on SIP';
COMMENT ON COLUMN v_call.queues IS 'Names of the queues it waited in, in order';
COMMENT ON COLUMN v_call.visits IS 'How many stays in queues';
COMMENT ON COLUMN v_call.wait_seconds IS 'Sum of the finished stays in queues';
COMMENT ON COLUMN v_call.offers IS 'How often it was put to an agent';
COMMENT ON COLUMN v_call.missed_offers IS 'Offers the agent let time out (ring-no-answer)';
COMMENT ON COLUMN v_call.agents IS 'Agents who talked, in order';
COMMENT ON COLUMN v_call.talk_seconds IS 'Sum of the agents'' answered legs, hold included';
COMMENT ON COLUMN v_call.messages IS 'Messages left in mailboxes';
COMMENT ON COLUMN v_call.recording_state IS
    'expected, finalised, missing, short or damaged; null before the recorder looked';
COMMENT ON COLUMN v_call.recording_path IS 'File below the archive''s root';
COMMENT ON COLUMN v_call.recording_seconds IS 'Length of the file';

CREATE VIEW v_call_timeline AS
SELECT e.call_id, e.arrived_at, e.at, 'event' AS source, e.type AS what,
       (e.detail -> 'agent')::integer AS agent_id, e.detail
  FROM call_event e
UNION ALL
SELECT l.call_id, l.arrived_at, moment.at, 'leg', moment.what, l.agent_id,
       jsonb_strip_nulls(jsonb_build_object('leg_id', l.leg_id, 'role', l.role,
           'endpoint', l.endpoint, 'hangup_cause',
           CASE WHEN moment.what = 'leg_ended' THEN l.hangup_cause END))
  FROM leg l
 CROSS JOIN LATERAL (VALUES ('leg_started', l.started_at), ('leg_answered', l.answered_at),
       ('leg_ended', l.ended_at)) AS moment (what, at)
 WHERE moment.at IS NOT NULL
UNION ALL
SELECT v.call_id, v.arrived_at, moment.at, 'queue_visit', moment.what, v.agent_id,
       jsonb_strip_nulls(jsonb_build_object('queue', q.name, 'how',
           CASE WHEN moment.what <> 'queued' THEN v.how END))
  FROM queue_visit v
  LEFT JOIN queue q ON q.id = v.queue_id
 CROSS JOIN LATERAL (VALUES ('queued', v.entered_at), (v.result, v.left_at))
       AS moment (what, at)
 WHERE moment.at IS NOT NULL
UNION ALL
SELECT o.call_id, o.arrived_at, moment.at, 'offer', moment.what, o.agent_id,
       CASE WHEN moment.what = 'made' THEN jsonb_build_object('why', o.why) ELSE '{}' END
  FROM offer o
 CROSS JOIN LATERAL (VALUES ('made', o.made_at), (o.result, o.ended_at)) AS moment (what, at)
 WHERE moment.at IS NOT NULL
UNION ALL
SELECT m.call_id, m.arrived_at, m.left_at, 'message', 'left_message', NULL,
       jsonb_build_object('mailbox', m.mailbox, 'seconds', m.seconds)
  FROM message m
UNION ALL
SELECT g.call_id, g.arrived_at, moment.at, 'recording_gap', moment.what, NULL,
       jsonb_strip_nulls(jsonb_build_object('reason', g.reason))
  FROM recording_gap g
 CROSS JOIN LATERAL (VALUES ('muted', g.from_at), ('unmuted', g.to_at)) AS moment (what, at)
 WHERE moment.at IS NOT NULL
UNION ALL
SELECT r.call_id, r.arrived_at, r.indexed_at, 'recording', r.state, NULL,
       jsonb_strip_nulls(jsonb_build_object('seconds', r.seconds, 'reasons', r.reasons))
  FROM recording r;
COMMENT ON VIEW v_call_timeline IS
    'Everything known of each call, one row per moment; ask for one call_id, ordered by at';
COMMENT ON COLUMN v_call_timeline.call_id IS 'The call';
COMMENT ON COLUMN v_call_timeline.arrived_at IS 'When it arrived';
COMMENT ON COLUMN v_call_timeline.at IS 'When this happened';
COMMENT ON COLUMN v_call_timeline.source IS
    'event, leg, queue_visit, offer, message, recording_gap or recording';
COMMENT ON COLUMN v_call_timeline.what IS 'What happened, in the past tense';
COMMENT ON COLUMN v_call_timeline.agent_id IS 'Agent concerned';
COMMENT ON COLUMN v_call_timeline.detail IS 'The rest, as JSON';

CREATE VIEW report_queue_half_hour AS
SELECT counted.*,
       round(100.0 * (answered_in_time + abandoned_in_time)
           / nullif(answered + abandoned, 0), 2) AS sl_1,
       round(100.0 * answered_in_time / nullif(answered, 0), 2) AS sl_2,
       round(100.0 * answered_in_time / nullif(answered + abandoned, 0), 2) AS sl_3,
       round(100.0 * answered_in_time
           / nullif(answered + abandoned - abandoned_in_time, 0), 2) AS sl_4
  FROM (SELECT queue,
               date_bin('30 minutes', entered_at, '2000-01-01 00:00+00') AS half_hour,
               count(*) AS offered,
               count(*) FILTER (WHERE result = 'answered') AS answered,
               count(*) FILTER (WHERE result = 'abandoned') AS abandoned,
               count(*) FILTER (WHERE result = 'flowed_out') AS flowed_out,
               count(*) FILTER (WHERE result IS NULL) AS waiting,
               count(*) FILTER (WHERE result = 'answered' AND in_time) AS answered_in_time,
               count(*) FILTER (WHERE result = 'abandoned' AND in_time) AS abandoned_in_time,
               count(*) FILTER (WHERE is_short_abandon) AS short_abandoned,
               avg(wait_seconds) FILTER (WHERE result = 'answered') AS asa_seconds,
               max(wait_seconds) AS longest_wait_seconds
          FROM v_queue_visit
         WHERE entered_at IS NOT NULL
         GROUP BY queue, half_hour) counted;
COMMENT ON VIEW report_queue_half_hour IS
    'Per queue and half-hour of entering it. Open any figure in v_queue_visit with the same'
    ' queue and entered_at. Always offered = answered + abandoned + flowed_out + waiting';
COMMENT ON COLUMN report_queue_half_hour.queue IS 'Name of the queue';
COMMENT ON COLUMN report_queue_half_hour.half_hour IS 'Start of the half-hour';
COMMENT ON COLUMN report_queue_half_hour.offered IS 'Calls that entered the queue (O)';
COMMENT ON COLUMN report_queue_half_hour.answered IS 'Of these, answered by an agent (A)';
COMMENT ON COLUMN report_queue_half_hour.abandoned IS 'Caller left before an answer (B)';
COMMENT ON COLUMN report_queue_half_hour.flowed_out IS
    'Left otherwise: callback, overflow, closing time, mailbox, other queue (F)';
COMMENT ON COLUMN report_queue_half_hour.waiting IS 'Still waiting now';
COMMENT ON COLUMN report_queue_half_hour.answered_in_time IS
    'Answered within the queue''s service_level_seconds (A<=X)';
COMMENT ON COLUMN report_queue_half_hour.abandoned_in_time IS
    'Abandoned within the queue''s service_level_seconds (B<=X)';
COMMENT ON COLUMN report_queue_half_hour.short_abandoned IS
    'Abandoned before the queue''s short_abandon_seconds (Bs)';
COMMENT ON COLUMN report_queue_half_hour.asa_seconds IS
    'Average wait of the answered, from queue entry to the agent''s answer';
COMMENT ON COLUMN report_queue_half_hour.longest_wait_seconds IS
    'Longest finished wait, whatever its result';
COMMENT ON COLUMN report_queue_half_hour.sl_1 IS 'SL-1 in percent: (A<=X + B<=X) / (A + B)';
COMMENT ON COLUMN report_queue_half_hour.sl_2 IS 'SL-2 in percent: A<=X / A';
COMMENT ON COLUMN report_queue_half_hour.sl_3 IS 'SL-3 in percent: A<=X / (A + B)';
COMMENT ON COLUMN report_queue_half_hour.sl_4 IS 'SL-4 in percent: A<=X / (A + B>X)';
