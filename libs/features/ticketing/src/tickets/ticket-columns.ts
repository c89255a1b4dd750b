/** The columns of a ticket under the names of the API, its secret left out. */
export const TICKET_COLUMNS = `
  id, user_id AS "userId", event_id AS "eventId", session_id AS "sessionId", category_id AS "categoryId",
  price_cents AS "priceCents", currency, status, expires_at AS "expiresAt", scan_count AS "scanCount",
  scanned_at AS "scannedAt", scanned_by AS "scannedBy", created_at AS "createdAt"`;
