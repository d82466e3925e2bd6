// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.net.HttpHeaders;
import io.cairn.runtime.routing.ForwardedOutcome;
import io.cairn.service.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The header fields of answers. */
final class AnswerHeaders {

  private static final Set<String> OWNED_BY_THE_SERVER =
      Set.of("content-type", "content-length", "connection", "transfer-encoding", "date");

  /** What is to be sent to prove who asks: passwords are taken where sessions begin alone. */
  static final String CHALLENGE = "Bearer realm=\"cairn\"";

  private AnswerHeaders() {}

  /**
   * The headers of an answer.
   *
   * @param contentType null if it has no body
   * @throws IllegalArgumentException if the service has given it one that cannot be sent
   */
  static HttpHeaders of(Operation op, @Nullable String contentType) {
    HttpHeaders headers =
        contentType == null
            ? HttpHeaders.empty()
            : HttpHeaders.of(Operation.CONTENT_TYPE_HEADER, contentType);
    if (!op.hasResponseHeaders()) {
      return headers;
    }
    for (var header : op.getResponseHeaders().entrySet()) {
      if (!OWNED_BY_THE_SERVER.contains(header.getKey())) {
        headers = headers.with(header.getKey(), header.getValue());
      }
    }
    return headers;
  }

  /** Those of an answer that another node has given; allow is null if it says that itself. */
  static HttpHeaders of(ForwardedOutcome.Done done, @Nullable String allow) {
    List<String> fields = new ArrayList<>(done.headers().size() + 4);
    if (done.body().length > 0) {
      fields.add(Operation.CONTENT_TYPE_HEADER);
      fields.add(done.contentType());
    }
    for (int i = 0; i < done.headers().size(); i += 2) {
      if (!OWNED_BY_THE_SERVER.contains(done.headers().get(i))) {
        fields.add(done.headers().get(i));
        fields.add(done.headers().get(i + 1));
      }
    }
    if (allow != null) {
      fields.add(Operation.ALLOW_HEADER);
      fields.add(allow);
    }
    if (done.status() == Operation.STATUS_CODE_UNAUTHORIZED
        && !done.has(Operation.WWW_AUTHENTICATE_HEADER)) {
      fields.add(Operation.WWW_AUTHENTICATE_HEADER);
      fields.add(CHALLENGE);
    }
    return HttpHeaders.of(fields.toArray(String[]::new));
  }
}
