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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes operations of the messages of others. They run under the committer's lock. */
final class AttributesInbox {

  private static final Logger LOG = LoggerFactory.getLogger(AttributesInbox.class);

  private static final Duration FAR_AHEAD = Duration.ofDays(1);

  private final Parts parts;
  private final AttributesEnvironment environment;
  private final Nodes nodes;
  private boolean toldOfFuture;
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong overflowed = new AtomicLong();

  AttributesInbox(Parts parts, AttributesEnvironment environment, Nodes nodes) {
    this.parts = parts;
    this.environment = environment;
    this.nodes = nodes;
  }

  /** What messages concern. */
  record Parts(
      Comparison comparison, Exchanges exchanges, Redistribution redistribution, Sender sender) {}

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
      case Entries entries -> new Merging(from, entries);
      case Confirmed confirmed -> new Confirming(from, confirmed);
      case Digest digest -> new Answering(from, digest);
      case Listings listings -> new Comparing(from, listings);
      case Request request -> new Providing(from, request);
    };
  }

  private long now() {
    return environment.nanoTime().getAsLong();
  }

  /** Merges entries and says so. */
  private final class Merging implements AttributesCommitter.Operation {
    private final String from;
    private final Entries message;
    private final List<Long> here = new ArrayList<>();
    private final List<AttributeEntry> removedAnew = new ArrayList<>();
    private boolean isProgress;

    Merging(String from, Entries message) {
      this.from = from;
      this.message = message;
    }

    @Override
    public void decide(AttributesDraft draft) {
      for (AttributeEntry entry : message.entries()) {
        observe(entry);
        AttributesDraft.Merge outcome = draft.merge(entry);
        isProgress |=
            outcome == AttributesDraft.Merge.TAKEN || outcome == AttributesDraft.Merge.REFUSED;
        if (outcome == AttributesDraft.Merge.DROPPED) {
          overflowed.incrementAndGet();
          continue;
        }
        here.add(entry.hash());
        AttributeEntry current = draft.current(entry.key());
        if (outcome == AttributesDraft.Merge.REFUSED && current != null) {
          refused.incrementAndGet();
          removedAnew.add(current);
        }
      }
    }

    @Override
    public void committed(AttributesOutbox outbox) {
      if (!nodes.isLive(from)) {
        return;
      }
      if (message.confirm()) {
        parts.sender().confirm(from, here, outbox);
      } else {
        parts.exchanges().answered(from, message.last(), now());
      }
      parts.sender().answer(from, removedAnew, outbox);
      if (message.more() && isProgress) {
        parts.exchanges().ask(from, now());
      }
    }
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

  private final class Confirming implements AttributesCommitter.Operation {
    private final String from;
    private final Confirmed message;

    Confirming(String from, Confirmed message) {
      this.from = from;
      this.message = message;
    }

    @Override
    public void decide(AttributesDraft draft) {}

    @Override
    public void committed(AttributesOutbox outbox) {
      parts.redistribution().confirmed(from, message.hashes(), outbox);
    }
  }

  /** Answers a digest with listings. */
  private final class Answering implements AttributesCommitter.Operation {
    private final String from;
    private final Digest digest;
    private List<Listing> listings = List.of();

    Answering(String from, Digest digest) {
      this.from = from;
      this.digest = digest;
    }

    @Override
    public void decide(AttributesDraft draft) {
      // What comes after a horizon must have a later version, or it would be refused.
      digest.buckets().forEach(bucket -> environment.clock().observe(bucket.horizon()));
      listings = parts.comparison().differing(from, digest, now(), draft);
    }

    @Override
    public void committed(AttributesOutbox outbox) {
      if (nodes.isLive(from)) {
        parts.sender().answer(from, listings, outbox);
      }
    }
  }

  /** Sends and requests what listings have shown to be missing. */
  private final class Comparing implements AttributesCommitter.Operation {
    private final String from;
    private final Listings message;
    private final List<AttributeEntry> toSend = new ArrayList<>();
    private final List<Long> toRequest = new ArrayList<>();

    Comparing(String from, Listings message) {
      this.from = from;
      this.message = message;
    }

    @Override
    public void decide(AttributesDraft draft) {
      for (Listing listing : message.listings()) {
        environment.clock().observe(listing.horizon());
        Comparison.Difference difference = parts.comparison().compare(from, listing, now(), draft);
        toSend.addAll(difference.toSend());
        toRequest.addAll(difference.toRequest());
      }
    }

    @Override
    public void committed(AttributesOutbox outbox) {
      if (!nodes.isLive(from)) {
        return;
      }
      parts.sender().answer(from, toSend, outbox);
      if (!toRequest.isEmpty()) {
        parts.sender().send(from, new Request(toRequest), outbox);
      }
      parts.exchanges().listed(from, !toRequest.isEmpty(), message.last(), now());
      if (message.more() && !(toSend.isEmpty() && toRequest.isEmpty())) {
        parts.exchanges().ask(from, now());
      }
    }
  }

  private final class Providing implements AttributesCommitter.Operation {
    private final String from;
    private final Request request;

    Providing(String from, Request request) {
      this.from = from;
      this.request = request;
    }

    @Override
    public void decide(AttributesDraft draft) {}

    @Override
    public void committed(AttributesOutbox outbox) {
      if (nodes.isLive(from)) {
        parts.sender().answer(from, parts.comparison().requested(request), outbox);
      }
    }
  }
}
