// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import io.cairn.cluster.attributes.AttributesMessage.Confirmed;
import io.cairn.cluster.attributes.AttributesMessage.Digest;
import io.cairn.cluster.attributes.AttributesMessage.Entries;
import io.cairn.cluster.attributes.AttributesMessage.Listing;
import io.cairn.cluster.attributes.AttributesMessage.Listings;
import io.cairn.cluster.attributes.AttributesMessage.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes operations of the messages of others. They run under the committer's lock. */
final class AttributesInbox {

  private static final Logger LOG = LoggerFactory.getLogger(AttributesInbox.class);

  private static final Duration FAR_AHEAD = Duration.ofDays(1);

  private final AttributesContext context;
  private final AttributesEnvironment environment;
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong overflowed = new AtomicLong();
  private boolean toldOfFuture;

  AttributesInbox(AttributesContext context, AttributesEnvironment environment) {
    this.context = context;
    this.environment = environment;
  }

  /** What messages concern. */
  record AttributesContext(
      Nodes nodes,
      Comparison comparison,
      Exchanges exchanges,
      Redistribution redistribution,
      Sender sender) {}

  /** Returns how many entries were refused because they had been removed long ago. */
  long refused() {
    return refused.get();
  }

  /** Returns how many entries were dropped for want of room. */
  long overflowed() {
    return overflowed.get();
  }

  AttributesCommitter.Operation operation(String from, AttributesMessage message) {
    return switch (message) {
      case Entries entries -> draft -> merge(from, entries, draft);
      case Confirmed confirmed ->
          draft -> outbox -> context.redistribution().confirmed(from, confirmed.hashes(), outbox);
      case Digest digest -> draft -> answer(from, digest, draft);
      case Listings listings -> draft -> compare(from, listings, draft);
      case Request request ->
          draft ->
              ifLive(
                  from,
                  outbox ->
                      context
                          .sender()
                          .answer(from, context.comparison().requested(request), outbox));
    };
  }

  private Consumer<AttributesOutbox> ifLive(String node, Consumer<AttributesOutbox> reply) {
    return outbox -> {
      if (context.nodes().isLive(node)) {
        reply.accept(outbox);
      }
    };
  }

  private long now() {
    return environment.nanoTime().getAsLong();
  }

  /** Merges entries and says so. */
  private Consumer<AttributesOutbox> merge(String from, Entries message, AttributesDraft draft) {
    List<Long> known = new ArrayList<>();
    List<AttributeEntry> removedAnew = new ArrayList<>();
    boolean isProgress = false;
    for (AttributeEntry entry : message.entries()) {
      observe(entry);
      AttributesDraft.Merge outcome = draft.merge(entry);
      if (outcome == AttributesDraft.Merge.DROPPED) {
        overflowed.incrementAndGet();
        continue;
      }
      isProgress |= outcome != AttributesDraft.Merge.KNOWN;
      known.add(entry.hash());
      AttributeEntry current = draft.current(entry.key());
      if (outcome == AttributesDraft.Merge.REFUSED && current != null) {
        refused.incrementAndGet();
        removedAnew.add(current);
      }
    }
    boolean goOn = message.more() && isProgress;
    return ifLive(
        from,
        outbox -> {
          if (message.confirm()) {
            context.sender().confirm(from, known, outbox);
          } else {
            context.exchanges().answered(from, message.last(), now());
          }
          context.sender().answer(from, removedAnew, outbox);
          if (goOn) {
            context.exchanges().ask(from, now());
          }
        });
  }

  private void observe(AttributeEntry entry) {
    long micros = entry.version().micros();
    environment.clock().observe(micros);
    long ahead = micros / 1000 - environment.wall().millis();
    if (ahead > FAR_AHEAD.toMillis() && !toldOfFuture) {
      toldOfFuture = true;
      LOG.warn(
          "{} was changed by {} at a time {} ahead of this node's; one of the two clocks is wrong",
          entry.key(),
          entry.version().nodeId(),
          Duration.ofMillis(ahead));
    }
  }

  /** Answers a digest with listings. */
  private Consumer<AttributesOutbox> answer(String from, Digest digest, AttributesDraft draft) {
    // What comes after a horizon must have a later version, or it would be refused.
    digest.buckets().forEach(bucket -> environment.clock().observe(bucket.horizon()));
    List<Listing> listings = context.comparison().differing(from, digest, now(), draft);
    return ifLive(from, outbox -> context.sender().answer(from, listings, outbox));
  }

  /** Sends and requests what listings have shown to be missing. */
  private Consumer<AttributesOutbox> compare(String from, Listings message, AttributesDraft draft) {
    List<AttributeEntry> toSend = new ArrayList<>();
    List<Long> toRequest = new ArrayList<>();
    for (Listing listing : message.listings()) {
      environment.clock().observe(listing.horizon());
      Comparison.Difference difference = context.comparison().compare(from, listing, now(), draft);
      toSend.addAll(difference.toSend());
      toRequest.addAll(difference.toRequest());
    }
    return ifLive(
        from,
        outbox -> {
          context.sender().answer(from, toSend, outbox);
          if (!toRequest.isEmpty()) {
            context.sender().send(from, new Request(toRequest), outbox);
          }
          context.exchanges().listed(from, !toRequest.isEmpty(), message.last(), now());
          if (message.more() && !(toSend.isEmpty() && toRequest.isEmpty())) {
            context.exchanges().ask(from, now());
          }
        });
  }
}
