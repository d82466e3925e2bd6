// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.EventStreamReader;
import io.cairn.testkit.EventStreamReader.Event;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.TestContext;
import io.cairn.testkit.TestStopwatch;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/**
 * Clients that follow the documents of a factory whatever happens to the nodes: when a stream ends,
 * says nothing for a while, or after some events of its own accord, each goes on at another node
 * with the id of its last event. They see each version of each document once, in order, and all see
 * the same. Only of documents that were made anew may a gap be told: their history is removed then.
 */
final class WatchRecorder implements AutoCloseable {

  private static final Duration SILENCE = Duration.ofSeconds(4);
  private static final String LIVELY = "/lively-";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final List<URI> targets;
  private final String factory;
  private final List<Watcher> watchers = new ArrayList<>();
  private final AtomicInteger streams = new AtomicInteger();
  private final Map<String, String> seen = new ConcurrentHashMap<>();
  private final List<String> violations = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean closed;

  WatchRecorder(List<URI> targets, String factory, int count, long seed) {
    this.targets = targets;
    this.factory = factory;
    for (int i = 0; i < count; i++) {
      Watcher watcher = new Watcher(i, new Random(seed * 1_000 + i));
      watchers.add(watcher);
      Thread.ofVirtual().name("watcher-" + i).start(watcher);
    }
    TestContext.waitFor(
        LIMIT, () -> watchers.stream().noneMatch(w -> w.lastId.isEmpty()), "all watch");
  }

  private final class Watcher implements Runnable {
    private final int number;
    private final Random random;
    private final Map<String, Long> versions = new ConcurrentHashMap<>();
    private final Set<String> unknown = new HashSet<>();
    private volatile String lastId = "";

    Watcher(int number, Random random) {
      this.number = number;
      this.random = random;
    }

    @Override
    public void run() {
      for (int attempt = 0; !closed; attempt++) {
        URI target = targets.get((number + attempt) % targets.size());
        try (EventStreamReader stream =
            EventStreamReader.open(target.resolve(factory + "?current&bookmarks=1"), lastId)) {
          streams.incrementAndGet();
          if (lastId.isEmpty()) {
            versions.clear();
          }
          read(stream, 20 + random.nextInt(200));
        } catch (RuntimeException | AssertionError e) {
          if (String.valueOf(e.getMessage()).contains(" answered 4")) {
            violations.add("watcher %d: its token was refused: %s".formatted(number, e));
          }
          TestStopwatch.pass(Duration.ofMillis(100)); // the node is away, or silent
        }
      }
    }

    private void read(EventStreamReader stream, int most) {
      for (int i = 0; i < most && !closed; i++) {
        Event event = stream.next(SILENCE);
        if (event.name().equals(Event.END)) {
          throw new IllegalStateException("the stream has ended");
        }
        record(event);
        if (!event.id().isEmpty()) {
          lastId = event.id();
        }
      }
    }

    private void record(Event event) {
      JsonNode body = event.json();
      String link = body.path("documentSelfLink").asString("");
      switch (event.name()) {
        case "current" -> {
          versions.put(link, body.path("documentVersion").asLong(-1));
          compare(link, body, event.data());
        }
        case "gap" -> {
          unknown.add(link);
          if (!link.contains(LIVELY)) {
            violations.add("watcher %d: a gap where all is kept: %s".formatted(number, event));
          }
        }
        case "changed" -> {
          versions.put(link, expected(event, link));
          compare(link, body, event.data());
        }
        case "deleted" -> {
          var _ = expected(event, link);
          versions.remove(link); // whoever makes it again begins at 0
        }
        case "live", "bookmark" -> {}
        default -> violations.add("watcher %d: unexpected %s".formatted(number, event));
      }
    }

    /** What others have seen of the same version of a document that was never made anew. */
    private void compare(String link, JsonNode body, String data) {
      String version = link + "@" + body.path("documentVersion").asLong(-1);
      String others = link.contains(LIVELY) ? null : seen.putIfAbsent(version, data);
      if (others != null && !others.equals(data)) {
        violations.add("watcher %d: %s is %s, or %s".formatted(number, version, data, others));
      }
    }

    /** The version of an event, which has to be the one behind the last, unless a gap was told. */
    private long expected(Event event, String link) {
      long version = event.json().path("documentVersion").asLong(-1);
      Long before = versions.get(link);
      long next = before == null ? 0 : before + 1;
      boolean excused = unknown.remove(link);
      if (version != next && !excused) {
        violations.add(
            "watcher %d: %s of %s has version %d where %d comes next"
                .formatted(number, event.name(), link, version, next));
      }
      return version;
    }
  }

  /** Waits until all have seen what there is, and makes sure that they have seen how it became. */
  void assertUnbroken() {
    TestContext.waitFor(
        LIMIT,
        () -> {
          Map<String, Long> present = present();
          return watchers.stream().allMatch(watcher -> watcher.versions.equals(present));
        },
        "all watchers see the last versions; violations " + violations);
    assertThat(violations).isEmpty();
    assertThat(streams.get()).as("streams").isGreaterThan(watchers.size());
  }

  private Map<String, Long> present() throws IOException {
    Map<String, Long> present = new HashMap<>();
    try (HttpProbe probe = new HttpProbe(targets.getFirst())) {
      probe
          .get(factory + "?expand")
          .json()
          .path("documents")
          .forEach(
              document ->
                  present.put(
                      document.path("documentSelfLink").asString(""),
                      document.path("documentVersion").asLong(-1)));
    }
    return present;
  }

  @Override
  public void close() {
    closed = true;
  }
}
