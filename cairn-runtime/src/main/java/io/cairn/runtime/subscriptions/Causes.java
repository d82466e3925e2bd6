// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.subscriptions;

import io.cairn.document.ServiceDocument;
import io.cairn.runtime.utility.Notification;
import io.cairn.service.Operation;
import io.cairn.service.Utils;
import io.cairn.store.index.DocumentVersion;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the requests that have made changes, and not from the changes themselves. It is
 * forgotten after a while: who hears later gets the document in the place of a body of the
 * application's own. Bounded. Thread-safe.
 */
final class Causes {

  private static final int MAX_CHANGES = 4_096;
  private static final long MAX_BYTES = 8 << 20;
  private static final int OVERHEAD = 200;

  private record Key(String link, long version, long timeMicros) {
    static Key of(DocumentVersion version) {
      return new Key(version.link(), version.version(), version.updateTimeMicros());
    }
  }

  /**
   * What a request has said.
   *
   * @param body JSON text or bytes that are not the document; null if subscribers get the document
   * @param isSilent whether nobody is to be told
   */
  record Cause(
      @Nullable Object body,
      @Nullable String contentType,
      Notification.Trail trail,
      boolean isSilent) {

    /** A request of which nothing is known. */
    static final Cause UNKNOWN = new Cause(null, null, Notification.Trail.FIRST, false);

    private long weight() {
      return OVERHEAD
          + switch (body) {
            case byte[] bytes -> bytes.length;
            case String text -> 2L * text.length();
            case null, default -> 0;
          };
    }
  }

  private final Map<Key, Cause> known = new LinkedHashMap<>();
  private long bytes;

  /** Remembers a request whose change is about to be proposed. */
  void remember(DocumentVersion next, Operation op) {
    Object body = bodyOf(op);
    Notification.Trail trail = Notification.Trail.behind(op);
    boolean silent = Notification.isSilent(op);
    if (body == null && !silent && trail.equals(Notification.Trail.FIRST)) {
      return;
    }
    Cause cause = new Cause(body, body == null ? null : op.getContentType(), trail, silent);
    synchronized (known) {
      Cause before = known.put(Key.of(next), cause);
      bytes += cause.weight() - (before == null ? 0 : before.weight());
      Iterator<Cause> oldest = known.values().iterator();
      while (known.size() > MAX_CHANGES || (bytes > MAX_BYTES && known.size() > 1)) {
        bytes -= oldest.next().weight();
        oldest.remove();
      }
    }
  }

  /** The request that made a version. */
  Cause of(@Nullable DocumentVersion version) {
    if (version == null) {
      return Cause.UNKNOWN;
    }
    synchronized (known) {
      return known.getOrDefault(Key.of(version), Cause.UNKNOWN);
    }
  }

  /** The body if it is something else than the document. */
  private static @Nullable Object bodyOf(Operation op) {
    Object raw = op.getBodyRaw();
    ServiceDocument state = op.getLinkedState();
    if (raw == null || state == null || raw.equals(state)) {
      return null;
    }
    boolean isText = raw instanceof byte[] || raw instanceof String;
    if (isText) {
      return op.getParsedBody(state.getClass()) == null ? raw : null;
    }
    return raw.getClass() == state.getClass() ? null : Utils.toJson(raw);
  }
}
