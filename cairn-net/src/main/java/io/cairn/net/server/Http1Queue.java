// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import org.jspecify.annotations.Nullable;

/**
 * The requests of an HTTP/1 connection that await their answers, in the order in which they came,
 * and how much of their bodies the connection holds. Belongs to the event loop.
 */
final class Http1Queue {
  private @Nullable Http1Exchange first;
  private @Nullable Http1Exchange last;
  private int size;
  private long bodyBytes;

  /** Returns the one whose turn it is; null if none waits. */
  @Nullable Http1Exchange first() {
    return first;
  }

  /** Returns the one that came last; null if none waits. */
  @Nullable Http1Exchange last() {
    return last;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /** Returns how many bytes the bodies of those that wait have. */
  long bodyBytes() {
    return bodyBytes;
  }

  void add(Http1Exchange exchange) {
    if (last == null) {
      first = exchange;
    } else {
      last.next = exchange;
    }
    last = exchange;
    size++;
    hold(exchange);
  }

  /** The body has another size than before: it was decoded. */
  void bodyChanged(Http1Exchange exchange) {
    bodyBytes -= exchange.heldBytes;
    hold(exchange);
  }

  private void hold(Http1Exchange exchange) {
    exchange.heldBytes = exchange.request().body().length;
    bodyBytes += exchange.heldBytes;
  }

  /** Takes the first out, which has its answer. */
  void remove(Http1Exchange answered) {
    first = answered.next;
    if (first == null) {
      last = null;
    }
    size--;
    bodyBytes -= answered.heldBytes;
  }

  /** Tells all that the client has gone, or sends no more; they stay. */
  void clientLeft() {
    for (Http1Exchange exchange = first; exchange != null; exchange = exchange.next) {
      exchange.clientLeft();
    }
  }

  /** Empties it, and tells all that the client has gone. */
  void abandon() {
    Http1Exchange exchange = first;
    first = null;
    last = null;
    size = 0;
    bodyBytes = 0;
    for (; exchange != null; exchange = exchange.next) {
      exchange.abandon();
    }
  }
}
