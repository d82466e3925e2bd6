// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.cluster.simulation.WatchedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/**
 * What a clean stop leaves for the next start. Damage to the segments: {@link WriteAheadLogTest}.
 */
class ClosingNoteTest {
  private static final String NOTE = "closed.note";
  private static final int ENTRIES = 3_000;
  private static final Set<Thread.State> SETTLED =
      EnumSet.of(Thread.State.WAITING, Thread.State.TERMINATED);

  private final SimulatedFileSystem files = new SimulatedFileSystem();

  private WriteAheadLog open() throws IOException {
    return WriteAheadLog.open(
        Path.of("/log"),
        new LogOptions(64 * 1024, 32 * 1024, 100),
        LogEnvironment.inline(files.process(), new SplittableRandom(1)),
        failure -> {});
  }

  private static void append(LogPart part, long from, long to) throws IOException {
    for (long index = from; index <= to; index++) {
      part.append(index, new StoredEntry((byte) 1, 1, ("e" + index).getBytes(UTF_8)));
    }
  }

  private static List<String> contents(LogPart part) throws IOException {
    List<String> found = new ArrayList<>();
    part.replay(
        part.availableFrom(),
        part.lastIndex(),
        (index, entry) -> found.add(index + "=" + new String(entry.payload(), UTF_8)));
    return found;
  }

  /** Fills several segments with all sorts of records, and stops cleanly. */
  private void fillAndStop() throws IOException {
    try (WriteAheadLog log = open()) {
      LogPart part = log.part("a");
      append(part, 1, ENTRIES);
      part.truncateFrom(ENTRIES - 10);
      append(part, ENTRIES - 10, ENTRIES);
      part.putState((byte) 3, "vote".getBytes(UTF_8));
      part.markSnapshot(new LogPart.SnapshotMark(ENTRIES / 2, 1, new byte[] {7}));
      append(log.part("forgotten"), 1, 3);
      log.forget("forgotten");
      append(log.part("b"), 1, 5);
    }
    assertThat(files.segments()).hasSizeGreaterThan(1);
    assertThat(files.fingerprint()).containsKey(NOTE);
  }

  private record Seen(List<String> a, List<String> b, String vote, long mark, long last) {}

  private Seen openAndSee() throws IOException {
    try (WriteAheadLog log = open()) {
      assertThat(files.fingerprint()).doesNotContainKey(NOTE);
      LogPart part = log.part("a");
      assertThat(part.read(ENTRIES).payload()).isEqualTo(("e" + ENTRIES).getBytes(UTF_8));
      assertThat(log.parts()).hasSize(2);
      return new Seen(
          contents(part),
          contents(log.part("b")),
          new String(part.state((byte) 3), UTF_8),
          part.snapshotMark().index(),
          part.lastIndex());
    }
  }

  private long bytesReadByOpening() throws IOException {
    long before = files.bytesRead();
    open();
    files.crash();
    return files.bytesRead() - before;
  }

  @Test
  void theNoteSaysWhatAScanFinds() throws IOException {
    fillAndStop();
    SimulatedFileSystem same = files.copy();
    Seen noted = openAndSee();
    same.remove(NOTE);
    same.segments().forEach(name -> files.put(name, same.bytes(name)));
    files.segments().stream()
        .filter(name -> !same.segments().contains(name))
        .forEach(files::remove);
    files.remove(NOTE);
    assertThat(openAndSee()).isEqualTo(noted);
    assertThat(noted.last()).isEqualTo(ENTRIES);
  }

  private long segmentBytes() {
    return files.segments().stream().mapToLong(name -> files.bytes(name).length).sum();
  }

  @Test
  void theSegmentsAreReadOnceWithTheNoteAndWithout() throws IOException {
    fillAndStop();
    byte[] note = files.bytes(NOTE);
    SimulatedFileSystem before = files.copy();
    long all = segmentBytes();
    assertThat(bytesReadByOpening() - note.length).isLessThanOrEqualTo(all);
    before.segments().forEach(name -> files.put(name, before.bytes(name)));
    long rest = 64 * 1024; // whether the last segment goes on behind its end is looked at again
    assertThat(bytesReadByOpening()).isBetween(all, all + rest);
  }

  @Test
  void theNoteAfterAScanFitsWhatWasScanned() throws IOException {
    fillAndStop();
    files.remove(NOTE);
    open().close();
    long all = segmentBytes();
    byte[] note = files.bytes(NOTE);
    assertThat(bytesReadByOpening() - note.length).isLessThanOrEqualTo(all);
  }

  @Test
  void aDamagedNoteIsAsGoodAsNone() throws IOException {
    fillAndStop();
    SimulatedFileSystem before = files.copy();
    byte[] note = files.bytes(NOTE);
    for (int at : new int[] {0, 9, 20, note.length / 2, note.length - 1}) {
      byte[] damaged = note.clone();
      damaged[at] ^= 4;
      before.segments().forEach(name -> files.put(name, before.bytes(name)));
      files.put(NOTE, damaged);
      assertThat(openAndSee().last()).isEqualTo(ENTRIES);
    }
    before.segments().forEach(name -> files.put(name, before.bytes(name)));
    files.put(NOTE, Arrays.copyOf(note, note.length - 5));
    assertThat(openAndSee().last()).isEqualTo(ENTRIES);
  }

  @Test
  void aNoteThatEndsTooSoonIsAsGoodAsNoneAlthoughItsSumIsRight() throws IOException {
    fillAndStop();
    SimulatedFileSystem before = files.copy();
    byte[] note = files.bytes(NOTE);
    for (int left : new int[] {2, 10, 30, note.length / 2, note.length - 8 - 5}) {
      byte[] content = Arrays.copyOfRange(note, 8, 8 + left);
      CRC32C sum = new CRC32C();
      sum.update(content);
      before.segments().forEach(name -> files.put(name, before.bytes(name)));
      files.put(NOTE, ByteBuffer.allocate(8 + left).putLong(sum.getValue()).put(content).array());
      assertThat(openAndSee().last()).isEqualTo(ENTRIES);
    }
  }

  @Test
  void aNoteThatWasNotDeletedHidesNothingThatCameLater() throws IOException {
    fillAndStop();
    byte[] note = files.bytes(NOTE);
    WriteAheadLog log = open();
    append(log.part("a"), ENTRIES + 1, ENTRIES + 1);
    log.flush();
    files.crash();
    files.put(NOTE, note); // as if a Cairn without notes had been at work
    try (WriteAheadLog again = open()) {
      assertThat(again.part("a").lastIndex()).isEqualTo(ENTRIES + 1);
    }
  }

  @Test
  void aStartThatCrashesLeavesNoNoteEvenWhenThePowerFails() throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      fillAndStopAnew();
      open();
      files.losePower(new SplittableRandom(seed));
      assertThat(files.fingerprint()).doesNotContainKey(NOTE);
    }
  }

  private void fillAndStopAnew() throws IOException {
    try (WriteAheadLog log = open()) {
      LogPart part = log.part("a");
      append(part, part.lastIndex() + 1, part.lastIndex() + 5);
    }
    assertThat(files.fingerprint()).containsKey(NOTE);
  }

  @Test
  void nobodyChangesTheLogWhileTheNoteIsWritten() throws Exception {
    AtomicReference<WriteAheadLog> log = new AtomicReference<>();
    List<Thread.State> cleaner = new ArrayList<>();
    WatchedFiles.Watcher watcher =
        operation -> {
          if (operation.equals("rename") && log.get() != null) {
            Thread other = Thread.ofPlatform().start(log.get()::parts);
            await().until(() -> SETTLED.contains(other.getState()));
            cleaner.add(other.getState());
          }
        };
    try (WriteAheadLog opened =
        WriteAheadLog.open(
            Path.of("/log"),
            new LogOptions(64 * 1024, 32 * 1024, 100),
            LogEnvironment.inline(
                new WatchedFiles(files.process(), watcher), new SplittableRandom(1)),
            failure -> {})) {
      append(opened.part("a"), 1, 3);
      opened.flush();
      log.set(opened);
    }
    assertThat(cleaner).containsExactly(Thread.State.WAITING);
  }

  @Test
  void damageBehindATrueNoteIsRefusedAsEver() throws IOException {
    fillAndStop();
    String name = files.segments().getFirst();
    byte[] damaged = files.bytes(name);
    damaged[damaged.length / 2] ^= 1;
    files.put(name, damaged);
    assertThatThrownBy(this::open)
        .isInstanceOf(LogCorruptedException.class)
        .hasMessageContaining(name);
    assertThat(files.fingerprint()).containsKey(NOTE);
  }
}
