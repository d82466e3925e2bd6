// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import io.cairn.cluster.application.Cluster;
import io.cairn.cluster.application.ClusterEvent;
import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.Operation;
import io.cairn.service.http.ServerSentEvent;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * GETs that wait for events of the cluster: each is sent the present state, then what happens,
 * until its client goes, reads too slowly, or the host stops. What happens while the state is made
 * may be in the state and be sent as an event too. At most {@link #MAXIMUM} of them. Thread-safe.
 */
final class EventStreams {

  /** How many clients may watch at a time. */
  static final int MAXIMUM = 1_000;

  /** The name of the first event. */
  static final String STATE = "state";

  private final Cluster cluster;
  private final AtomicInteger open = new AtomicInteger();

  /**
   * An event as it is sent.
   *
   * @param name what happened
   * @param body to be written as JSON
   */
  record Sent(String name, Object body) {}

  EventStreams(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Whether a GET asks for events. */
  static boolean wants(Operation get) {
    String accept = get.getRequestHeader(Operation.ACCEPT_HEADER);
    return accept != null && accept.contains(Operation.MEDIA_TYPE_TEXT_EVENT_STREAM);
  }

  /**
   * Begins to send events.
   *
   * @param state makes the present state
   * @param events makes what is sent of an event; null if the client is not to hear of it
   */
  void start(Operation get, Supplier<Object> state, Function<ClusterEvent, @Nullable Sent> events) {
    if (open.incrementAndGet() > MAXIMUM) {
      open.decrementAndGet();
      Operation.failLimitExceeded(
          get, ServiceErrorResponse.ERROR_CODE_UNAVAILABLE, MAXIMUM + " clients watch already");
      return;
    }
    get.setExpiration(Long.MAX_VALUE);
    new Stream(get, events).begin(state);
  }

  private final class Stream {
    private final Operation get;
    private final Function<ClusterEvent, @Nullable Sent> events;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile Cluster.@Nullable Watch watch;
    private long sent;

    private Stream(Operation get, Function<ClusterEvent, @Nullable Sent> events) {
      this.get = get;
      this.events = events;
    }

    private void begin(Supplier<Object> state) {
      get.nestCompletion(
          (done, failure) -> {
            release();
            if (failure == null) {
              done.complete();
            } else {
              done.fail(failure, done.getBodyRaw());
            }
          });
      try {
        get.startEventStream();
        watch = cluster.watch(this::onEvent, this::end);
        send(new Sent(STATE, state.get()));
      } finally {
        begun.countDown();
        if (ended.get()) {
          close();
        }
      }
    }

    /** Called one at a time by the watch's own thread, which may wait for the state to be sent. */
    private void onEvent(ClusterEvent event) {
      try {
        begun.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      Sent shown = events.apply(event);
      if (shown != null && !ended.get()) {
        send(shown);
      }
    }

    private void send(Sent event) {
      get.sendServerSentEvent(
          new ServerSentEvent()
              .setEvent(event.name())
              .setId(Long.toString(++sent))
              .setData(DocumentJson.standard().toJson(event.body()))
              .setCompletionCallback(
                  failure -> {
                    if (failure != null) {
                      end();
                    }
                  }));
    }

    private void end() {
      if (!ended.get()) {
        get.complete();
      }
    }

    private void release() {
      if (ended.compareAndSet(false, true)) {
        open.decrementAndGet();
        close();
      }
    }

    private void close() {
      Cluster.Watch current = watch;
      if (current != null) {
        current.close();
      }
    }
  }
}
