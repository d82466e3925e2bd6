// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.PeerTraffic;
import io.cairn.net.peer.frame.FrameHead;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what each stream carries. Thread-safe. */
final class TrafficMeter {
  /** The counters of one stream. */
  private record Counters(
      LongAdder sentFrames,
      LongAdder sentBytes,
      LongAdder receivedFrames,
      LongAdder receivedBytes,
      LongAdder dropped) {
    Counters() {
      this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
    }
  }

  private final Map<PeerStream, Counters> streams = new EnumMap<>(PeerStream.class);

  TrafficMeter() {
    for (PeerStream stream : PeerStream.values()) {
      streams.put(stream, new Counters());
    }
  }

  private Counters of(PeerStream stream) {
    Counters counters = streams.get(stream);
    if (counters == null) {
      throw new IllegalStateException("every stream has counters");
    }
    return counters;
  }

  void sent(PeerStream stream, int payloadBytes) {
    Counters counters = of(stream);
    counters.sentFrames.increment();
    counters.sentBytes.add(FrameHead.BYTES + payloadBytes);
  }

  void received(PeerStream stream, int payloadBytes) {
    Counters counters = of(stream);
    counters.receivedFrames.increment();
    counters.receivedBytes.add(FrameHead.BYTES + payloadBytes);
  }

  void dropped(PeerStream stream) {
    of(stream).dropped.increment();
  }

  Map<PeerStream, PeerTraffic> snapshot() {
    Map<PeerStream, PeerTraffic> all = new EnumMap<>(PeerStream.class);
    streams.forEach(
        (stream, counters) ->
            all.put(
                stream,
                new PeerTraffic(
                    counters.sentFrames.sum(),
                    counters.sentBytes.sum(),
                    counters.receivedFrames.sum(),
                    counters.receivedBytes.sum(),
                    counters.dropped.sum())));
    return Map.copyOf(all);
  }
}
