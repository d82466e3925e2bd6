// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.document.DocumentJson;
import io.cairn.net.ServerEvent.Payload;
import io.cairn.service.Operation;
import io.cairn.service.http.ServerSentEvent;
import io.cairn.store.index.DocumentVersion;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends events to one client, no faster than it reads. Used by one thread, which waits while there
 * is no room; a client that reads nothing for a minute loses the stream.
 */
final class WatchEvents implements ChangeSink {

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Operation get;
  private final LongSupplier nanoTime;
  private volatile boolean ended;

  /** A client that reads nothing any more. */
  static final class StalledException extends ClosedException {
    private static final long serialVersionUID = 1L;

    StalledException() {
      super(
          "The client has read nothing for %d seconds: connect again with the last event id"
              .formatted(TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS)));
    }
  }

  /**
   * What is said of changes that nobody knows.
   *
   * @param documentSelfLink whose changes; null if any document's
   */
  record Gap(String reason, @Nullable String documentSelfLink) {}

  /** What is said when the present matches were sent, or none were asked for. */
  record Live(long documentCount) {}

  /** What is said with a token alone. */
  record Bookmark() {}

  WatchEvents(Operation get, LongSupplier nanoTime) {
    this.get = get;
    this.nanoTime = nanoTime;
  }

  /** Nobody reads any more. */
  @Override
  public void end() {
    ended = true;
  }

  @Override
  public void current(DocumentVersion document) {
    send("current", null, Payload.of(document.json()));
  }

  @Override
  public void live(String token, long documents) {
    send("live", token, new Live(documents));
  }

  @Override
  public void changed(Fate fate, @Nullable String token, Told told) {
    String event =
        switch (fate) {
          case CHANGED -> "changed";
          case LEFT -> "left";
          case DELETED -> "deleted";
        };
    send(event, token, told.payload(fate));
  }

  @Override
  public void gap(@Nullable String token, String reason, @Nullable String link) {
    send("gap", token, new Gap(reason, link));
  }

  @Override
  public void bookmark(String token, long entries) {
    send("bookmark", token, new Bookmark());
  }

  private void send(String event, @Nullable String id, Object body) {
    send(event, id, Payload.of(DocumentJson.standard().toJson(body)));
  }

  private void send(String event, @Nullable String id, Payload payload) {
    ServerSentEvent sent = new ServerSentEvent().setEvent(event).setId(id);
    sent.payload = payload;
    long begun = nanoTime.getAsLong();
    Thread me = Thread.currentThread();
    while (!ended) {
      long tried = nanoTime.getAsLong();
      if (get.offerServerSentEvent(sent, () -> LockSupport.unpark(me))) {
        return;
      }
      if (tried - begun > PATIENCE_NANOS) {
        throw new StalledException();
      }
      LockSupport.parkNanos(LONGEST_WAIT_NANOS);
      if (nanoTime.getAsLong() - tried < PAUSE_NANOS) {
        LockSupport.parkNanos(PAUSE_NANOS); // the room is others', or was taken at once
      }
    }
  }
}
