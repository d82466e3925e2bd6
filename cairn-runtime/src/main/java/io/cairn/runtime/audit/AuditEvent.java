// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.audit;

import io.cairn.runtime.security.Subject;
import io.cairn.service.Service.Action;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What has happened, as little worked on as possible: it is made by whoever answers a request. No
 * text of it is shown anywhere: a body may be secret.
 *
 * @param action what it is, as far as verb and path tell
 * @param micros when, in microseconds since 1970
 * @param source how it came
 * @param verb of the request; null if there was none
 * @param link decoded
 * @param status of the answer; 0 if there was no request
 * @param who has done it; null if nobody was asked to prove it
 * @param names what else names it
 * @param asked the body, if it tells more of the action; else null
 * @param answered the body of a refusal; else null
 */
record AuditEvent(
    AuditedAction action,
    long micros,
    Source source,
    @Nullable Action verb,
    String link,
    int status,
    @Nullable Subject who,
    Names names,
    @Nullable String asked,
    @Nullable String answered) {

  /** How something came. */
  enum Source {
    HTTP,
    SERVICE,
    GROUP,
    HOST
  }

  /**
   * What names an event and where it came from; what is not known is null.
   *
   * @param id of its record; null if any will do
   * @param from the client's end of the connection
   * @param requestId as the client said
   * @param traceParent as the client said
   * @param user the name that somebody wants to log in by
   * @param detail more of the action
   */
  record Names(
      @Nullable String id,
      @Nullable SocketAddress from,
      @Nullable String requestId,
      @Nullable String traceParent,
      @Nullable String user,
      @Nullable String detail) {
    static final Names NONE = new Names(null, null, null, null, null, null);

    static Names detail(@Nullable String id, String detail) {
      return new Names(id, null, null, null, null, detail);
    }
  }

  @Override
  public String toString() {
    return "AuditEvent[" + action + "]";
  }
}
