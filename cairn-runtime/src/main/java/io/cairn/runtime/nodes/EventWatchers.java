// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import io.cairn.service.Operation;
import io.cairn.service.http.ServerSentEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * GETs that wait for events: each is sent every state from the present one on, until its client
 * goes. At most {@link #MAXIMUM} of them. Thread-safe.
 */
final class EventWatchers {

  /** How many clients may watch one service. */
  static final int MAXIMUM = 1_000;

  private final List<Operation> watching = new ArrayList<>();

  /** Whether a GET asks for events. */
  static boolean wants(Operation get) {
    String accept = get.getRequestHeader(Operation.ACCEPT_HEADER);
    return accept != null && accept.contains(Operation.MEDIA_TYPE_TEXT_EVENT_STREAM);
  }

  /** Begins to send events, with the present state first. */
  synchronized void add(Operation get, String json, long version) {
    if (watching.size() >= MAXIMUM) {
      Operation.failLimitExceeded(
          get, Operation.STATUS_CODE_UNAVAILABLE, MAXIMUM + " clients watch already");
      return;
    }
    get.setExpiration(Long.MAX_VALUE);
    get.nestCompletion(
        (done, failure) -> {
          forget(get);
          if (failure == null) {
            done.complete();
          } else {
            done.fail(failure, done.getBodyRaw());
          }
        });
    get.startEventStream();
    watching.add(get);
    send(get, json, version);
  }

  /** Sends a state to all. */
  synchronized void publish(String json, long version) {
    for (Operation get : List.copyOf(watching)) {
      send(get, json, version);
    }
  }

  private void send(Operation get, String json, long version) {
    get.sendServerSentEvent(
        new ServerSentEvent()
            .setEvent("PATCH")
            .setId(Long.toString(version))
            .setData(json)
            .setCompletionCallback(
                failure -> {
                  if (failure != null) {
                    remove(get);
                  }
                }));
  }

  private void remove(Operation get) {
    if (forget(get)) {
      get.complete();
    }
  }

  /** Returns whether it was watching; its client may have gone by itself. */
  private synchronized boolean forget(Operation get) {
    return watching.remove(get);
  }

  /** Ends all streams. */
  synchronized void close() {
    List.copyOf(watching).forEach(this::remove);
  }
}
