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
import java.util.function.ToIntFunction;

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
    return (maxBytes - AttributesMessageCodec.OVERHEAD) / bytesEach;
  }

  void send(String node, AttributesMessage message, AttributesOutbox outbox) {
    send(node, AttributesMessageCodec.encode(message), outbox);
  }

  private void send(String node, byte[] message, AttributesOutbox outbox) {
    outbox.add(
        () -> {
          if (isOpen.getAsBoolean()) {
            sent.incrementAndGet();
            transport.send(node, message);
          }
        });
  }

  /** Sends changes that are to be confirmed. */
  void change(List<AttributeEntry> entries, Collection<String> nodes, AttributesOutbox outbox) {
    for (List<AttributeEntry> part : parts(entries)) {
      byte[] message = AttributesMessageCodec.encode(new Entries(part, true, false, false));
      nodes.forEach(node -> send(node, message, outbox));
    }
  }

  /** Sends entries that the other side lacks, or as many as one answer may have. */
  void answer(String node, List<AttributeEntry> entries, AttributesOutbox outbox) {
    List<List<AttributeEntry>> parts = parts(entries);
    int count = Math.min(parts.size(), MAX_ANSWER);
    boolean more = parts.size() > count;
    for (int i = 0; i < count; i++) {
      boolean last = i == count - 1;
      send(node, new Entries(parts.get(i), false, last && more, last), outbox);
    }
  }

  /** Sends what differs, or as much as one answer may have; something in any case. */
  void answer(String node, Collection<Listing> listings, AttributesOutbox outbox) {
    List<List<Listing>> parts =
        listings.isEmpty()
            ? List.of(List.of())
            : parts(
                listings,
                listing ->
                    AttributesMessageCodec.PER_LISTING
                        + listing.items().size() * AttributesMessageCodec.PER_ITEM);
    int count = Math.min(parts.size(), MAX_ANSWER);
    for (int i = 0; i < count; i++) {
      boolean last = i == count - 1;
      send(node, new Listings(parts.get(i), last && parts.size() > count, last), outbox);
    }
  }

  void confirm(String node, List<Long> hashes, AttributesOutbox outbox) {
    int most = fitting(AttributesMessageCodec.PER_HASH);
    for (int from = 0; from < hashes.size(); from += most) {
      List<Long> part = hashes.subList(from, Math.min(hashes.size(), from + most));
      send(node, new Confirmed(part), outbox);
    }
  }

  private List<List<AttributeEntry>> parts(List<AttributeEntry> entries) {
    return parts(entries, entry -> entry.encoded().length + AttributesMessageCodec.PER_ENTRY);
  }

  private <T> List<List<T>> parts(Collection<T> items, ToIntFunction<T> bytes) {
    List<List<T>> parts = new ArrayList<>();
    int left = 0;
    for (T item : items) {
      int size = bytes.applyAsInt(item);
      if (parts.isEmpty() || size > left) {
        parts.add(new ArrayList<>());
        left = maxBytes - AttributesMessageCodec.OVERHEAD;
      }
      parts.getLast().add(item);
      left -= size;
    }
    return parts;
  }
}
