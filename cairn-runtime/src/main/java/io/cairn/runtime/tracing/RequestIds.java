// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.tracing;

import io.cairn.net.HttpHeaders;
import io.cairn.service.Operation;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client calls its request, as far as a log may believe it: letters and digits of bounded
 * length.
 *
 * @param request the context id; null if it has none
 * @param trace the id of the trace that it belongs to, by the W3C's {@code traceparent}; null if
 *     none
 */
record RequestIds(@Nullable String request, @Nullable String trace) {
  private static final String TRACE_PARENT = "traceparent";
  private static final Pattern PARENT =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._:/=+-]{1,128}");

  static RequestIds of(HttpHeaders headers) {
    String context = headers.get(Operation.CONTEXT_ID_HEADER);
    String parent = headers.get(TRACE_PARENT);
    Matcher trace = parent == null ? null : PARENT.matcher(parent);
    return new RequestIds(
        context != null && PLAIN.matcher(context).matches() ? context : null,
        trace != null && trace.matches() ? trace.group(1) : null);
  }
}
