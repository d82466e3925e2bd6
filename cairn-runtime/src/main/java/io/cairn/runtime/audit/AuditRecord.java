// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.audit;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who did what to which link, from where, with what result. What is not known is absent. It holds
 * no bodies, no queries of URLs, no headers that prove somebody.
 */
@DocumentKind(AuditRecord.KIND)
public final class AuditRecord extends ServiceDocument {
  public static final String KIND = "io:cairn:audit:AuditRecord";
  static final String FIELD_NAME_TIME_MICROS = "timeMicros";

  /** What became of it. */
  public enum Outcome {
    DONE,
    /** Whoever asked may not: 401, 403, 421, 429. */
    REFUSED,
    FAILED
  }

  /** When it was answered, in microseconds since 1970, by the clock of the node. */
  public long timeMicros;

  /** The node that the client asked. */
  public @Nullable String nodeId;

  /** What was done. */
  public @Nullable AuditedAction action;

  /** More of that, such as the kind of a request to the management service. */
  public @Nullable String detail;

  /** The verb of the request. */
  public @Nullable String verb;

  /** What it was done to. */
  public @Nullable String link;

  /** What became of it. */
  public @Nullable Outcome outcome;

  /** The HTTP status of the answer; 0 if there was no request. */
  public int status;

  /** Why it was refused. */
  public @Nullable String reason;

  /** Who did it, as was proved; absent if the host asks nobody who it is. */
  public @Nullable String subjectLink;

  /** How that was proved: USER, KEY, EXTERNAL, GUEST, or SYSTEM for the host itself. */
  public @Nullable String subjectKind;

  /** The session or API key that proved it. */
  public @Nullable String keyId;

  /** The user who was named at a login, if there is such a user. */
  public @Nullable String userLink;

  /** The tenant of who did it. */
  @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
  public @Nullable Set<String> tenantLinks;

  /** The address of the client, without the port; of a proxy, if there is one. */
  public @Nullable String address;

  /** How it came: http, service (from code of the host), group, host, machine. */
  public @Nullable String via;

  /** What the client calls the request: {@code x-request-id}, or else its context id. */
  public @Nullable String requestId;

  /** The trace that the request is part of, of its {@code traceparent}. */
  public @Nullable String traceId;

  /** For how many of the kind it stands: those of a minute that failed are counted together. */
  public long count = 1;
}
