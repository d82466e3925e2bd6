// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import io.cairn.cluster.log.LogFileSystem;
import io.cairn.cluster.log.SimulatedFileSystem;
import io.cairn.cluster.simulation.VirtualTime;
import io.cairn.document.HybridClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/**
 * A node of the simulation over all its launches, with its disk and its clock that may be wrong.
 */
final class SimulatedMember {

  private final String id;
  private final VirtualTime time;
  private final MemberNetwork network;
  private final RandomGenerator random;
  private final AttributesSettings settings;
  private final SimulatedFileSystem disk = new SimulatedFileSystem();
  private final Map<String, String> known = new TreeMap<>();
  private final List<AttributeEvent> events = new ArrayList<>();
  private EventReplay replay = new EventReplay();
  private ReplicatedAttributes attributes;
  private BiConsumer<String, byte[]> receiver = (from, message) -> {};
  private int launch;
  private boolean isUp;
  private Throwable listenerFailure;

  /** How far the node's clock is wrong. */
  long skewMillis;

  /** How coarse the clock is; after a restart a coarse one may show the same time again. */
  long granularityMicros = 1;

  SimulatedMember(
      String id,
      MemberNetwork network,
      VirtualTime time,
      RandomGenerator random,
      AttributesSettings settings) {
    this.id = id;
    this.network = network;
    this.time = time;
    this.random = random;
    this.settings = settings;
    network.add(this);
  }

  String id() {
    return id;
  }

  String launchId() {
    return id + "#" + launch;
  }

  boolean isUp() {
    return isUp;
  }

  boolean isPersistent() {
    return settings.directory() != null;
  }

  SimulatedFileSystem disk() {
    return disk;
  }

  ReplicatedAttributes attributes() {
    return attributes;
  }

  List<AttributeEvent> events() {
    return events;
  }

  void start() {
    launch++;
    int current = launch;
    LogFileSystem files = disk.process();
    AttributesEnvironment environment =
        new AttributesEnvironment(
            new HybridClock(this::wallMicros),
            () -> Instant.ofEpochMilli(wallMicros() / 1000),
            time::now,
            (task, delay) -> time.after(delay, () -> ifStill(current, task)),
            random,
            files,
            task -> time.after(random.nextInt(3_000_000), () -> ifStill(current, task)));
    try {
      attributes = ReplicatedAttributes.open(id, settings, transport(current), environment);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    EventReplay fresh = new EventReplay();
    replay = fresh;
    attributes.listener(
        event -> {
          events.add(event);
          try {
            fresh.onEvent(event);
          } catch (AssertionError e) {
            listenerFailure = e;
          }
        });
    known.clear();
    isUp = true;
    attributes.start();
  }

  private long wallMicros() {
    // Long after the epoch, so that no skew leads before it.
    long micros = 1_700_000_000_000_000L + time.now() / 1000 + skewMillis * 1000;
    return micros / granularityMicros * granularityMicros;
  }

  private void ifStill(int wanted, Runnable task) {
    if (isUp && launch == wanted) {
      task.run();
    }
  }

  private AttributesTransport transport(int current) {
    return new AttributesTransport() {
      @Override
      public void send(String nodeId, byte[] message) {
        if (message.length > settings.maxMessageBytes()) {
          throw new AssertionError("a message of " + message.length + " bytes");
        }
        ifStill(current, () -> network.send(id, nodeId, message));
      }

      @Override
      public void receiver(BiConsumer<String, byte[]> newReceiver) {
        receiver = newReceiver;
      }
    };
  }

  void deliver(String from, byte[] message) {
    if (isUp) {
      receiver.accept(from, message);
    }
  }

  /** Ends the process without a word; with the power it loses what was not synced. */
  void crash(boolean losesPower) {
    isUp = false;
    if (losesPower) {
      disk.losePower(random);
    } else {
      disk.crash();
    }
  }

  void stop() {
    attributes.close();
    isUp = false;
  }

  /** Tells this node what membership makes of another. */
  void sees(SimulatedMember other, boolean isThere) {
    String before = known.get(other.id);
    if (isThere && !other.launchId().equals(before)) {
      // The order in which a fast restart is seen.
      attributes.joined(other.id, other.launchId());
      if (before != null) {
        attributes.left(other.id, before);
      }
      known.put(other.id, other.launchId());
    } else if (!isThere && before != null) {
      attributes.left(other.id, before);
      known.remove(other.id);
    }
  }

  Map<EntryKey, AttributeEntry> entries() {
    Map<EntryKey, AttributeEntry> entries =
        new TreeMap<>(
            java.util.Comparator.comparing(EntryKey::set)
                .thenComparing(key -> key.name() == null ? "" : key.name()));
    attributes.store().forEach(entry -> entries.put(entry.key(), entry));
    return entries;
  }

  /** Checks that events and reads tell the same. */
  void check() {
    if (listenerFailure != null) {
      throw new AssertionError(id + ": " + listenerFailure.getMessage(), listenerFailure);
    }
    replay.check(attributes.all());
  }
}
