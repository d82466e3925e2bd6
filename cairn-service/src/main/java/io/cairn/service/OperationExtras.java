// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.service.http.ServerSentEvent;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What few operations carry; kept apart so that the many others do not pay for it. */
final class OperationExtras implements Cloneable {
  /** Those of operations that carry none of it; never written to. */
  static final OperationExtras NONE = new OperationExtras();

  int retryCount;
  @Nullable String connectionTag;
  @Nullable Map<String, String> cookies;
  @Nullable List<String> responseCookies;
  @Nullable Principal peerPrincipal;
  X509Certificate @Nullable [] peerCertificateChain;
  @Nullable Consumer<Operation> headersReceivedHandler;
  @Nullable Consumer<ServerSentEvent> eventHandler;
  @Nullable EventStreamSink eventSink;

  OperationExtras copy() {
    try {
      OperationExtras copy = (OperationExtras) super.clone();
      copy.cookies = cookies == null ? null : new HashMap<>(cookies);
      copy.responseCookies = responseCookies == null ? null : new ArrayList<>(responseCookies);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }
}
