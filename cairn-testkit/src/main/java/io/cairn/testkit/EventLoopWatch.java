// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingStream;

/**
 * Watches that nothing blocks on the event loops of the hosts of this process: no sleep, no wait,
 * no file, and no lock that somebody else holds for long. A shard may wait for the disk of the log,
 * and in {@code StateMachine.apply} for the index. The virtual machine's own flight recorder tells.
 * Thread-safe.
 */
public final class EventLoopWatch implements AutoCloseable {

  private static final Pattern LOOPS = Pattern.compile("cairn-(http|peer|accept|shard)-\\d.*");

  private static final Pattern SHARDS = Pattern.compile("cairn-shard-\\d.*");

  /** What a shard may wait for stands behind these; the engine logs its elections there. */
  private static final List<String> DISK =
      List.of("io.cairn.cluster.log.", "io.cairn.store.", "ch.qos.logback.");

  /** A lock that is held for moments is no blocking, even where its holder loses the processor. */
  private static final Duration PATIENCE = Duration.ofMillis(50);

  private static final Map<String, Duration> EVENTS =
      Map.of(
          "jdk.ThreadSleep", Duration.ZERO,
          "jdk.JavaMonitorWait", Duration.ZERO,
          "jdk.FileForce", Duration.ZERO,
          "jdk.FileRead", Duration.ZERO,
          "jdk.FileWrite", Duration.ZERO,
          "jdk.ThreadPark", PATIENCE,
          "jdk.JavaMonitorEnter", PATIENCE);

  private final RecordingStream stream = new RecordingStream();
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();

  private EventLoopWatch() {
    EVENTS.forEach(
        (name, threshold) -> {
          stream.enable(name).withThreshold(threshold).withStackTrace();
          stream.onEvent(name, this::look);
        });
    stream.startAsync();
  }

  /** Begins to watch. */
  public static EventLoopWatch start() {
    return new EventLoopWatch();
  }

  private void look(RecordedEvent event) {
    if (event.getThread() != null
        && event.getThread().getJavaName() != null
        && LOOPS.matcher(event.getThread().getJavaName()).matches()
        && !isOfTheMachine(event)
        && !isDiskOfShard(event)) {
      seen.add(describe(event));
    }
  }

  /**
   * Loading and initializing of classes, which happens once, and the machine's source of
   * randomness.
   */
  private static boolean isOfTheMachine(RecordedEvent event) {
    List<RecordedFrame> frames =
        event.getStackTrace() == null ? List.of() : event.getStackTrace().getFrames();
    boolean initializes =
        event.getEventType().getName().equals("jdk.JavaMonitorWait")
            && frames.stream().noneMatch(frame -> typeOf(frame).equals("java.lang.Object"));
    return initializes
        || frames.stream()
            .map(EventLoopWatch::typeOf)
            .anyMatch(
                type ->
                    type.startsWith("jdk.internal.loader.")
                        || type.startsWith("sun.security.provider.NativePRNG"));
  }

  private static boolean isDiskOfShard(RecordedEvent event) {
    return SHARDS.matcher(event.getThread().getJavaName()).matches()
        && event.getStackTrace() != null
        && event.getStackTrace().getFrames().stream()
            .map(EventLoopWatch::typeOf)
            .anyMatch(type -> DISK.stream().anyMatch(type::startsWith));
  }

  private static String typeOf(RecordedFrame frame) {
    return frame.getMethod().getType().getName();
  }

  private static String describe(RecordedEvent event) {
    String frames =
        event.getStackTrace() == null
            ? "?"
            : event.getStackTrace().getFrames().stream()
                .map(EventLoopWatch::describe)
                .collect(Collectors.joining("\n  at "));
    return "%s of %s on %s\n  at %s"
        .formatted(
            event.getEventType().getName(),
            event.getDuration(),
            event.getThread().getJavaName(),
            frames);
  }

  private static String describe(RecordedFrame frame) {
    return typeOf(frame) + '.' + frame.getMethod().getName() + ':' + frame.getLineNumber();
  }

  /**
   * Ends the watch.
   *
   * @throws AssertionError if something has blocked
   */
  @Override
  public void close() {
    stream.stop();
    stream.close();
    if (!seen.isEmpty()) {
      throw new AssertionError("These blocked an event loop:\n" + String.join("\n", seen));
    }
  }
}
