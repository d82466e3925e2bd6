// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import io.cairn.cluster.attributes.AttributesMessage.Confirmed;
import io.cairn.cluster.attributes.AttributesMessage.Entries;
import io.cairn.cluster.attributes.AttributesMessage.Listing;
import io.cairn.cluster.attributes.AttributesMessage.Listings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Puts what is to be told into messages that are not too large. Safe for all threads. */
final class Sender {

  /** Most messages in one answer; the other side asks again for the rest. */
  private static final int MAX_ANSWER = 16;

  private final AttributesTransport transport;
  private final int maxBytes;
  private final BooleanSupplier isOpen;
  private final AtomicLong sent = new AtomicLong();

  Sender(AttributesTransport transport, int maxBytes, BooleanSupplier isOpen) {
    this.transport = transport;
    this.maxBytes = maxBytes;
    this.isOpen = isOpen;
  }

  long sent() {
    return sent.get();
  }

  /** Returns how many items of a size fit into a message. */
  int fitting(int bytesEach) {
    return (maxBytes - MessageCodec.OVERHEAD) / bytesEach;
  }

  void send(String node, AttributesMessage message, Outbox outbox) {
    send(node, MessageCodec.encode(message), outbox);
  }

  private void send(String node, byte[] message, Outbox outbox) {
    outbox.add(
        () -> {
          if (isOpen.getAsBoolean()) {
            sent.incrementAndGet();
            transport.send(node, message);
          }
        });
  }

  /** Sends changes that are to be confirmed. */
  void change(List<Entry> entries, Collection<String> nodes, Outbox outbox) {
    for (List<Entry> part : parts(entries)) {
      byte[] message = MessageCodec.encode(new Entries(part, true, false, false));
      nodes.forEach(node -> send(node, message, outbox));
    }
  }

  /** Sends entries that the other side lacks, or as many as one answer may have. */
  void answer(String node, List<Entry> entries, Outbox outbox) {
    List<List<Entry>> parts = parts(entries);
    int count = Math.min(parts.size(), MAX_ANSWER);
    boolean more = parts.size() > count;
    for (int i = 0; i < count; i++) {
      boolean last = i == count - 1;
      send(node, new Entries(parts.get(i), false, last && more, last), outbox);
    }
  }

  /** Sends what differs, or as much as one answer may have; something in any case. */
  void answer(String node, Collection<Listing> listings, Outbox outbox) {
    List<List<Listing>> parts = new ArrayList<>();
    List<Listing> part = new ArrayList<>();
    int size = MessageCodec.OVERHEAD;
    for (Listing listing : listings) {
      int more = MessageCodec.PER_LISTING + listing.items().size() * MessageCodec.PER_ITEM;
      if (size + more > maxBytes && !part.isEmpty()) {
        parts.add(part);
        part = new ArrayList<>();
        size = MessageCodec.OVERHEAD;
      }
      part.add(listing);
      size += more;
    }
    parts.add(part);
    int count = Math.min(parts.size(), MAX_ANSWER);
    for (int i = 0; i < count; i++) {
      boolean last = i == count - 1;
      send(node, new Listings(parts.get(i), last && parts.size() > count, last), outbox);
    }
  }

  void confirm(String node, List<Long> hashes, Outbox outbox) {
    int most = fitting(MessageCodec.PER_HASH);
    for (int from = 0; from < hashes.size(); from += most) {
      List<Long> part = hashes.subList(from, Math.min(hashes.size(), from + most));
      send(node, new Confirmed(part), outbox);
    }
  }

  private List<List<Entry>> parts(List<Entry> entries) {
    List<List<Entry>> parts = new ArrayList<>();
    List<Entry> part = new ArrayList<>();
    int size = MessageCodec.OVERHEAD;
    for (Entry entry : entries) {
      int more = entry.encoded().length + MessageCodec.PER_ENTRY;
      if (size + more > maxBytes && !part.isEmpty()) {
        parts.add(part);
        part = new ArrayList<>();
        size = MessageCodec.OVERHEAD;
      }
      part.add(entry);
      size += more;
    }
    if (!part.isEmpty()) {
      parts.add(part);
    }
    return parts;
  }
}
