/* SPDX-License-Identifier: Apache-2.0 */
/* STATEMENT(name, SQL): every statement of this room. Included where it is to become an enum, or a
 * table of texts. */

STATEMENT(begin, "BEGIN")
STATEMENT(commit, "COMMIT")
STATEMENT(rollback, "ROLLBACK")

/* the device */
STATEMENT(device, "SELECT boots, boot_id, floor_s FROM device")
STATEMENT(set_boot, "UPDATE device SET boots = ?1, boot_id = ?2")
STATEMENT(raise_floor, "UPDATE device SET floor_s = ?1 WHERE floor_s < ?1")
STATEMENT(set_floor, "UPDATE device SET floor_s = ?1")

/* openings */
STATEMENT(is_closed, "SELECT 1 FROM closed WHERE event = ?1 AND occurrence = ?2")
STATEMENT(in_force, "SELECT event = ?1 AND occurrence = ?2 FROM opening")
STATEMENT(secrets, "SELECT r, card_check, secret FROM opening")
STATEMENT(add_opening, "INSERT INTO opening VALUES (1, ?1, ?2, ?3, ?4, ?5, 0)")
STATEMENT(set_secret, "UPDATE opening SET secret = ?1")
STATEMENT(
    add_epoch,
    "INSERT INTO epoch (id, device, event, occurrence, boot, wall, manifest, hub_cert, grant_bytes)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
STATEMENT(add_progress, "INSERT INTO progress VALUES (?1, 0, 0, 0, 0, NULL, NULL)")
STATEMENT(
    open_epoch,
    "SELECT number, id, device, event, occurrence, boot, wall, manifest, hub_cert, grant_bytes,"
    " state, powered_ms, already, not_accepted, headcount, headcount_bytes"
    " FROM progress JOIN epoch ON number = epoch WHERE state = 0")
STATEMENT(
    last_epoch,
    "SELECT number, id, device, event, occurrence, boot, wall, manifest, hub_cert, grant_bytes,"
    " state, powered_ms, already, not_accepted, headcount, headcount_bytes"
    " FROM progress JOIN epoch ON number = epoch ORDER BY epoch DESC LIMIT 1")
STATEMENT(
    epoch_by_id,
    "SELECT number, id, device, event, occurrence, boot, wall, manifest, hub_cert, grant_bytes,"
    " state, powered_ms, already, not_accepted, headcount, headcount_bytes"
    " FROM progress JOIN epoch ON number = epoch WHERE id = ?1")
STATEMENT(epoch_number, "SELECT number FROM epoch WHERE id = ?1")
STATEMENT(set_powered, "UPDATE progress SET powered_ms = ?2 WHERE epoch = ?1")
STATEMENT(
    add_answers,
    "UPDATE progress SET already = already + ?2, not_accepted = not_accepted + ?3 WHERE epoch = ?1")
STATEMENT(set_headcount,
          "UPDATE progress SET headcount = ?2, headcount_bytes = ?3 WHERE epoch = ?1")
STATEMENT(closed_unconfirmed,
          "SELECT p.epoch FROM progress AS p WHERE p.epoch = (SELECT max(epoch) FROM progress)"
          " AND p.state = 1 AND NOT EXISTS (SELECT 1 FROM batch AS b JOIN receipt AS r"
          " ON r.epoch = b.epoch AND r.seq = b.seq WHERE b.epoch = p.epoch AND b.state = 1)")
STATEMENT(set_state, "UPDATE progress SET state = ?2 WHERE epoch = ?1")

/* closing for good */
STATEMENT(close_occurrence, "INSERT INTO closed SELECT event, occurrence FROM opening")
STATEMENT(keep_texts, "UPDATE device SET texts_s = max(texts_s, (SELECT texts_s FROM opening))")
STATEMENT(erase_opening, "DELETE FROM opening")
STATEMENT(erase_tags, "DELETE FROM tag")
STATEMENT(erase_sms, "DELETE FROM sms")
STATEMENT(erase_senders, "DELETE FROM sender")
STATEMENT(erase_replies, "DELETE FROM reply")

/* check-ins */
STATEMENT(add_leaf,
          "INSERT INTO leaf (id, op, project, channel, first, slot, nth, revokes, r, node)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")
STATEMENT(set_total, "INSERT INTO total VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
                     " ON CONFLICT DO UPDATE SET added = ?5, revoked = ?6")
STATEMENT(tags, "SELECT leaf, tag, project FROM tag WHERE leaf >= ?1 ORDER BY leaf")
STATEMENT(tag_of, "SELECT tag FROM tag WHERE leaf = ?1")
STATEMENT(add_tag, "INSERT INTO tag VALUES (?1, ?2, ?3)")
STATEMENT(free_tag, "DELETE FROM tag WHERE leaf = ?1")
STATEMENT(leaf_kind, "SELECT project, channel, first, slot FROM leaf WHERE id = ?1 AND op = 1")
STATEMENT(is_revoked, "SELECT 1 FROM leaf WHERE revokes = ?1")
STATEMENT(last_standing,
          "SELECT id, nth FROM leaf WHERE id >= ?1 AND op = 1"
          " AND NOT EXISTS (SELECT 1 FROM leaf AS later WHERE later.revokes = leaf.id)"
          " ORDER BY id DESC LIMIT 1")

/* SMS */
STATEMENT(note_text, "UPDATE opening SET texts_s = ?1 WHERE texts_s < ?1")
STATEMENT(texts_until, "SELECT texts_s FROM device")
STATEMENT(sms, "SELECT state FROM sms WHERE fingerprint = ?1")
STATEMENT(add_sms, "INSERT INTO sms VALUES (?1, ?2) ON CONFLICT DO NOTHING")
STATEMENT(set_sms, "UPDATE sms SET state = ?2 WHERE fingerprint = ?1")
STATEMENT(sender, "SELECT stopped, replies, last_s FROM sender WHERE tag = ?1")
STATEMENT(note_sender, "INSERT INTO sender VALUES (?1, 0, 1, ?2)"
                       " ON CONFLICT DO UPDATE SET replies = replies + 1, last_s = ?2")
STATEMENT(stop_sender,
          "INSERT INTO sender VALUES (?1, ?2, 0, NULL) ON CONFLICT DO UPDATE SET stopped = ?2")
STATEMENT(forget_replies, "DELETE FROM reply WHERE at_s <= ?1")
STATEMENT(add_reply, "INSERT INTO reply (at_s) VALUES (?1)")
STATEMENT(replies_since, "SELECT count(*) FROM reply WHERE at_s > ?1 AND at_s <= ?2")
STATEMENT(senders_since, "SELECT count(*) FROM sender WHERE last_s > ?1 AND last_s <= ?2")

/* totals */
STATEMENT(totals, "SELECT project, channel, first, added, revoked FROM total WHERE epoch = ?1"
                  " ORDER BY project, channel, first")
STATEMENT(
    confirmed,
    "SELECT project, channel, first, added, revoked FROM batch_row WHERE epoch = ?1"
    " AND seq = (SELECT max(seq) FROM receipt WHERE epoch = ?1) ORDER BY project, channel, first")
STATEMENT(people_before,
          "SELECT coalesce(sum(added - revoked), 0) FROM total WHERE project = 0 AND epoch IN"
          " (SELECT o.number FROM epoch AS o JOIN epoch AS e ON o.event = e.event AND o.occurrence "
          "= e.occurrence"
          " WHERE e.number = ?1 AND o.number <> ?1)")
STATEMENT(last_leaf, "SELECT id FROM leaf WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT 1")
STATEMENT(node, "SELECT node FROM leaf WHERE id = ?1")

/* the recount */
STATEMENT(open_number, "SELECT epoch FROM progress WHERE state = 0")
STATEMENT(last_tag, "SELECT coalesce(max(leaf), 0) FROM tag")
STATEMENT(next_epoch, "SELECT epoch FROM progress WHERE epoch > ?1 ORDER BY epoch LIMIT 1")
STATEMENT(leaves, "SELECT id, op, project, channel, first, slot, nth, revokes, r, node FROM leaf"
                  " WHERE id BETWEEN ?1 AND ?2 ORDER BY id")
STATEMENT(next_batch, "SELECT b.seq, b.log_size,"
                      " (SELECT coalesce(sum(r.added + r.revoked), 0) FROM batch_row AS r"
                      " WHERE r.epoch = b.epoch AND r.seq = b.seq),"
                      " b.log_root, b.hash, b.bytes FROM batch AS b"
                      " WHERE b.epoch = ?1 AND b.seq > ?2 ORDER BY b.seq LIMIT 1")
STATEMENT(last_sealed, "SELECT log_size, log_root FROM batch WHERE epoch = ?1"
                       " ORDER BY seq DESC LIMIT 1")
STATEMENT(strays,
          "SELECT 'a leaf belongs to no opening' WHERE"
          " (SELECT max(id) >> 32 FROM leaf) > (SELECT coalesce(max(number), 0) FROM epoch)"
          " UNION ALL SELECT 'a total belongs to no opening' WHERE"
          " EXISTS (SELECT 1 FROM total WHERE epoch NOT IN (SELECT number FROM epoch))"
          " UNION ALL SELECT 'an opening has lost its progress' WHERE"
          " (SELECT count(*) FROM epoch) <> (SELECT count(*) FROM progress)"
          " UNION ALL SELECT 'the open event has lost its secrets' WHERE"
          " EXISTS (SELECT 1 FROM progress WHERE state = 0) AND NOT EXISTS (SELECT 1 FROM opening)"
          " UNION ALL SELECT 'the secrets in force are of another event' WHERE"
          " EXISTS (SELECT 1 FROM opening AS o JOIN progress AS p ON p.state = 0 JOIN epoch AS e "
          "ON e.number = p.epoch"
          " WHERE e.event <> o.event OR e.occurrence <> o.occurrence)"
          " UNION ALL SELECT 'an opening before the last one is open' WHERE EXISTS (SELECT 1"
          " FROM progress WHERE state = 0 AND epoch < (SELECT max(epoch) FROM progress))"
          " UNION ALL SELECT 'the device has lost its row' WHERE (SELECT count(*) FROM device) <> 1"
          " LIMIT 1")

/* batches and receipts */
STATEMENT(head, "SELECT e.number, p.state, coalesce(b.seq, 0), b.hash, coalesce(b.log_size, 0), "
                "b.state, r.hash,"
                " p.headcount_bytes IS NOT b.headcount_bytes, e.device, "
                "p.headcount_bytes, e.grant_bytes,"
                " (SELECT bytes FROM correction AS c WHERE c.epoch = e.number AND c.seq = "
                "coalesce(b.seq, 0) + 1)"
                " FROM epoch AS e JOIN progress AS p ON p.epoch = e.number"
                " LEFT JOIN batch AS b ON b.epoch = e.number AND b.seq = (SELECT max(seq) FROM "
                "batch WHERE epoch = e.number)"
                " LEFT JOIN receipt AS r ON r.epoch = b.epoch AND r.seq = b.seq"
                " WHERE e.id = ?1")
STATEMENT(add_batch, "INSERT INTO batch VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
STATEMENT(add_batch_row, "INSERT INTO batch_row VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
STATEMENT(unsealed,
          "SELECT e.id, p.state FROM progress AS p JOIN epoch AS e ON e.number = p.epoch"
          " LEFT JOIN batch AS b ON b.epoch = p.epoch AND b.seq = (SELECT max(seq) FROM batch "
          "WHERE epoch = p.epoch)"
          " WHERE p.state IN (0, 1, 2) AND (b.state IS NULL OR b.state = 0"
          " OR (b.state = 1 AND p.headcount_bytes IS NOT b.headcount_bytes) OR EXISTS"
          " (SELECT 1 FROM correction AS c WHERE c.epoch = p.epoch AND c.seq = b.seq + 1))"
          " AND (b.seq IS NULL OR EXISTS (SELECT 1 FROM receipt AS r WHERE r.epoch = b.epoch AND "
          "r.seq = b.seq))"
          " AND (p.state IN (1, 2) OR p.headcount_bytes IS NOT b.headcount_bytes"
          " OR EXISTS (SELECT 1 FROM leaf WHERE id >= (p.epoch << 32) + coalesce(b.log_size, 0)))"
          " AND NOT EXISTS (SELECT 1 FROM parked WHERE parked.epoch = p.epoch)"
          " ORDER BY p.state DESC, p.epoch LIMIT 1")
STATEMENT(
    outgoing,
    "SELECT e.id, b.seq, b.bytes, e.grant_bytes, e.manifest, e.hub_cert"
    " FROM batch AS b JOIN progress AS p ON p.epoch = b.epoch JOIN epoch AS e ON e.number = b.epoch"
    " WHERE (p.state IN (0, 1, 2) OR EXISTS"
    " (SELECT 1 FROM former_receipt AS f WHERE f.epoch = b.epoch AND f.seq = b.seq))"
    " AND NOT EXISTS (SELECT 1 FROM receipt AS r WHERE r.epoch = b.epoch AND r.seq = b.seq)"
    " AND NOT EXISTS (SELECT 1 FROM parked WHERE parked.epoch = b.epoch)"
    " ORDER BY b.epoch, b.seq LIMIT 1")
STATEMENT(waiting,
          "SELECT b.hash FROM batch AS b WHERE b.epoch = ?1 AND b.seq = ?2"
          " AND NOT EXISTS (SELECT 1 FROM receipt AS r WHERE r.epoch = b.epoch AND r.seq = b.seq)")
STATEMENT(add_receipt, "INSERT INTO receipt VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
STATEMENT(park, "INSERT OR REPLACE INTO parked VALUES (?1, ?2, ?3, ?4)")
STATEMENT(unpark, "DELETE FROM parked WHERE epoch = ?1")
STATEMENT(unpark_all, "DELETE FROM parked")
STATEMENT(collector_log, "SELECT log_size, hash FROM receipt ORDER BY log_size DESC LIMIT 1")
STATEMENT(collector_root, "SELECT log_root FROM receipt WHERE log_size = ?1 LIMIT 1")
STATEMENT(last_confirmed,
          "SELECT e.id, r.seq FROM receipt AS r JOIN epoch AS e ON e.number = r.epoch"
          " ORDER BY r.log_size DESC LIMIT 1")
STATEMENT(last_receipt, "SELECT r.bytes FROM receipt AS r JOIN epoch AS e ON e.number = r.epoch"
                        " WHERE e.id = ?1 ORDER BY r.seq DESC LIMIT 1")
STATEMENT(receipt_root, "SELECT log_root FROM receipt WHERE hash = ?1 LIMIT 1")
STATEMENT(keep_receipts, "INSERT INTO former_receipt SELECT epoch, seq, hash, log_size, log_root, "
                         "bytes FROM receipt WHERE true ON CONFLICT DO NOTHING")
STATEMENT(forget_receipts, "DELETE FROM receipt")
STATEMENT(sent, "SELECT (SELECT count(*) FROM batch), (SELECT count(*) FROM receipt),"
                " (SELECT status FROM parked ORDER BY epoch DESC LIMIT 1),"
                " (SELECT reason FROM parked ORDER BY epoch DESC LIMIT 1)")

/* corrections */
STATEMENT(add_correction, "INSERT INTO correction VALUES (?1, ?2, ?3)")
STATEMENT(last_of_project,
          "SELECT id FROM leaf WHERE id BETWEEN ?1 AND ?2 AND op = 1 AND project = ?3"
          " AND NOT EXISTS (SELECT 1 FROM leaf AS later WHERE later.revokes = leaf.id)"
          " ORDER BY id DESC LIMIT 1")

STATEMENT(close_of, "SELECT p.state, coalesce(b.seq, 0), coalesce(b.state, 0),"
                    " EXISTS (SELECT 1 FROM correction AS c WHERE c.epoch = p.epoch AND c.seq > "
                    "coalesce(b.seq, 0))"
                    " FROM progress AS p LEFT JOIN batch AS b ON b.epoch = p.epoch"
                    " AND b.seq = (SELECT max(seq) FROM batch WHERE epoch = p.epoch)"
                    " WHERE p.epoch = ?1")

/* export */
STATEMENT(add_collector_cert, "INSERT INTO collector_cert VALUES (?1, ?2) ON CONFLICT DO NOTHING")
STATEMENT(has_collector_cert, "SELECT 1 FROM collector_cert WHERE key = ?1")
STATEMENT(export_cert, "SELECT bytes FROM collector_cert ORDER BY key LIMIT 1 OFFSET ?1")
STATEMENT(export_epoch, "SELECT number, manifest, hub_cert, grant_bytes FROM epoch"
                        " WHERE event = ?1 AND occurrence = ?2 AND number > ?3"
                        " ORDER BY number LIMIT 1")
STATEMENT(export_batch, "SELECT b.bytes, r.bytes, b.log_size FROM batch AS b"
                        " LEFT JOIN receipt AS r ON r.epoch = b.epoch AND r.seq = b.seq"
                        " WHERE b.epoch = ?1 AND b.seq = ?2")
