// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random histories against a model, with power failures, kills and clean ends: what is read back is
 * exactly what the log held at some moment at or after the last flush.
 */
class LogModelTest {

  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final int STEPS = 200;
  private static final byte FREQUENT = 1;
  private static final byte RARE = 2;

  private final SimulatedFileSystem files = new SimulatedFileSystem();

  /** What each group holds, from index 1 on. */
  private Map<String, List<String>> now = new HashMap<>();

  /** All states since the last flush, the flushed one first. */
  private final List<Map<String, List<String>>> candidates = new ArrayList<>();

  private final Map<String, Long> marks = new HashMap<>();
  private final Map<String, Long> released = new HashMap<>();
  private Random random;
  private WriteAheadLog log;
  private int serial;
  private int term = 1;

  static LongStream seeds() {
    return LongStream.range(0, 60);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsReadBackIsWhatWasWritten(long seed) throws IOException {
    random = new Random(seed);
    NAMES.forEach(name -> now.put(name, List.of()));
    candidates.add(Map.copyOf(now));
    open();
    for (int step = 0; step < STEPS; step++) {
      step();
    }
    log.close();
    flushed();
    open();
    verify();
    log.close();
  }

  private void open() throws IOException {
    log = open(files);
  }

  private WriteAheadLog open(SimulatedFileSystem disk) throws IOException {
    return WriteAheadLog.open(
        Path.of("/log"),
        new LogOptions(64 * 1024, 16 * 1024, 20),
        LogEnvironment.inline(disk.process(), random),
        _ -> {});
  }

  private void step() throws IOException {
    String name = NAMES.get(random.nextInt(NAMES.size()));
    LogPart group = log.part(name);
    switch (random.nextInt(20)) {
      case 0 -> truncate(name, group);
      case 1 -> mark(name, group);
      case 2 -> release(name, group);
      case 3 -> log.carryForward(group);
      case 4 -> {
        files.losePower(random);
        open();
        verify();
      }
      case 5 -> {
        log.close();
        flushed();
        List<Known> scanned = scanned();
        open();
        assertThat(known(log)).isEqualTo(scanned);
        verify();
      }
      case 6, 7, 8 -> {
        log.flush();
        flushed();
      }
      case 9 -> group.putState((byte) 1, text(random.nextInt(50)).getBytes(UTF_8));
      default -> append(name, group, 1 + random.nextInt(10));
    }
  }

  /** What a log knows of a replica set. */
  private record Known(
      String name,
      long from,
      long last,
      long firstPlace,
      List<EntryIndex.Stretch> remembered,
      List<LogPart.Reset> resets) {}

  private static List<Known> known(WriteAheadLog log) {
    return log.parts().stream()
        .map(
            part ->
                new Known(
                    part.name(),
                    part.availableFrom(),
                    part.lastIndex(),
                    part.entries.place(part.entries.first()),
                    part.entries.between(1, part.lastIndex()),
                    List.copyOf(part.resets)))
        .sorted(Comparator.comparing(Known::name))
        .toList();
  }

  /** What the log would know after a clean stop without the note that it has left. */
  private List<Known> scanned() throws IOException {
    SimulatedFileSystem scanned = files.copy();
    scanned.remove("closed.note");
    try (WriteAheadLog other = open(scanned)) {
      return known(other);
    }
  }

  private String text(int extra) {
    return serial++ + "x".repeat(extra);
  }

  private void append(String name, LogPart group, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      List<String> content = new ArrayList<>(now.get(name));
      byte kind = random.nextInt(5) == 0 ? RARE : FREQUENT;
      term += random.nextInt(9) / 8;
      String what = what(new StoredEntry(kind, term, new byte[0]));
      String text =
          what + text(random.nextInt(10) == 0 ? random.nextInt(8000) : random.nextInt(300));
      group.append(content.size() + 1L, new StoredEntry(kind, term, text.getBytes(UTF_8)));
      content.add(text);
      changed(name, content);
    }
  }

  /** What a text begins with, so that it tells how it was written. */
  private static String what(StoredEntry entry) {
    return entry.kind() + " of " + entry.term() + ": ";
  }

  private void truncate(String name, LogPart group) throws IOException {
    List<String> content = now.get(name);
    long from = (long) content.size() - random.nextInt(5);
    if (from > marks.getOrDefault(name, 0L) && from <= content.size()) {
      group.truncateFrom(from);
      changed(name, List.copyOf(content.subList(0, (int) from - 1)));
    }
  }

  private void changed(String name, List<String> content) {
    now = new HashMap<>(now);
    now.put(name, content);
    candidates.add(Map.copyOf(now));
  }

  private void flushed() {
    candidates.clear();
    candidates.add(Map.copyOf(now));
  }

  private void mark(String name, LogPart group) throws IOException {
    // Only what is flushed is ever committed by a group of one.
    log.flush();
    flushed();
    if (!now.get(name).isEmpty()) {
      marks.put(name, (long) now.get(name).size());
      group.markSnapshot(new LogPart.SnapshotMark(marks.get(name), 1, new byte[3]));
    }
  }

  private void release(String name, LogPart group) throws IOException {
    released.put(name, marks.getOrDefault(name, 0L));
    group.release(released.get(name));
    log.deleteReleased();
    flushed();
  }

  private void verify() throws IOException {
    Map<String, List<String>> found = new HashMap<>();
    for (String name : NAMES) {
      found.put(name, read(name));
    }
    assertThat(candidates.contains(found))
        .as("step %d of %d candidates", serial, candidates.size())
        .isTrue();
    now = found;
    flushed();
    for (String name : NAMES) {
      LogPart.SnapshotMark mark = log.part(name).snapshotMark();
      marks.put(name, mark == null ? 0 : mark.index());
      log.part(name).release(Math.min(released.getOrDefault(name, 0L), marks.get(name)));
    }
  }

  /** What the group holds; what was released and is gone is taken from the model. */
  private List<String> read(String name) throws IOException {
    LogPart group = log.part(name);
    long from = group.availableFrom();
    assertThat(from).isLessThanOrEqualTo(released.getOrDefault(name, 0L) + 1);
    List<String> content =
        new ArrayList<>(candidates.getFirst().get(name).subList(0, (int) from - 1));
    group.replay(
        from, group.lastIndex(), (_, entry) -> content.add(new String(entry.payload(), UTF_8)));
    for (long index = group.entries.first(); index <= group.lastIndex(); index++) {
      assertThat(new String(group.read(index).payload(), UTF_8))
          .isEqualTo(content.get((int) index - 1));
    }
    requireSameWithout(group, from, content);
    return content;
  }

  private static void requireSameWithout(LogPart group, long from, List<String> content)
      throws IOException {
    List<Long> visited = new ArrayList<>();
    group.replayWithout(
        FREQUENT,
        from,
        group.lastIndex(),
        (index, entry) -> {
          visited.add(index);
          String whole = content.get((int) index - 1);
          boolean isBare = entry.kind() == FREQUENT && index >= group.entries.first();
          assertThat(whole).startsWith(what(entry));
          assertThat(new String(entry.payload(), UTF_8)).isEqualTo(isBare ? "" : whole);
        });
    assertThat(visited).isEqualTo(LongStream.rangeClosed(from, group.lastIndex()).boxed().toList());
  }
}
